import { createEnvironment, withDigests } from './support/environment';
const clean = (text: string) => text.split('\n').filter((l) => !/^@|create *$|(creating|created|deleting|deleted) ?\(|warning: using/.test(l)).join('\n');
async function main() {
  const t = await createEnvironment();
  withDigests(t);
  const stack = process.argv[2] ?? 'dev';
  await t.pulumi.succeed('stack', 'init', stack);
  const steps: string[][] = [['up', '--yes', '--skip-preview'], ['preview', '--expect-no-changes', '--diff'], ['refresh', '--yes', '--expect-no-changes'], ['destroy', '--yes', '--skip-preview']];
  for (const step of steps) {
    const u = await t.pulumi.run(...step, '--stack', stack);
    console.log('=====', step.join(' '), u.code, u.seconds.toFixed(1));
    if (u.code !== 0) { const c = clean(u.output); const i = c.indexOf('Diagnostics:'); console.log(c.slice(i, c.indexOf('\nOutputs:') > i ? c.indexOf('\nOutputs:') : undefined).slice(0, 8000)); break; }
    if (step[0] === 'up') { const s = await t.pulumi.state(stack); console.log('resources', s.resources?.length); }
  }
  console.log(t.project.path, t.gcp.list().length);
}
void main();
