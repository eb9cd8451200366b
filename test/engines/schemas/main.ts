import { ensureSchemas } from './index';

/** `npx tsx test/engines/schemas/main.ts`: makes the schemas when they are not in the cache, and prints where they are. */
const started = performance.now();
void ensureSchemas().then((directory) => {
  console.log(`Kubernetes schemas: ${directory} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
});
