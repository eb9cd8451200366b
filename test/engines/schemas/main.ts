import { ensureSchemas } from './index';

/** `npx tsx test/engines/schemas/main.ts`: makes the schemas when they are not in the cache, and prints where they are. */
async function main(): Promise<void> {
  const started = performance.now();
  const directory = await ensureSchemas();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`Kubernetes schemas: ${directory} (${seconds} s)\n`);
}

void main();
