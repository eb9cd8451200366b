import { createEnvironment, withDigests } from './support/environment';
async function main() {
  const t = await createEnvironment();
  withDigests(t);
  const stack = process.argv[2] ?? 'dev';
  await t.pulumi.succeed('stack', 'init', stack);
  const r = await t.pulumi.run('preview', '--stack', stack);
  console.log(r.output.split('\n').filter((l) => !l.startsWith('@')).join('\n').slice(-6000), r.code, r.seconds, t.project.path);
  if (process.argv[3] === 'up' && r.code === 0) {
    const u = await t.pulumi.run('up', '--yes', '--skip-preview', '--stack', stack);
    console.log(u.output.split('\n').filter((l) => !l.startsWith('@')).join('\n').slice(-9000), u.code, u.seconds);
  }
}
void main();
