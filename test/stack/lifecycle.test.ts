import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createEnvironment, withDigests, type StackTest } from './support/environment';

describe.each(['dev', 'staging', 'prod'])('the life of %s on the real engine', (stack) => {
  let test_: StackTest;

  beforeAll(async () => {
    test_ = await createEnvironment();
    withDigests(test_);
    await test_.pulumi.succeed('stack', 'init', stack);
  });
  afterAll(() => test_.remove());

  const succeed = (...args: string[]) => test_.pulumi.succeed(...args, '--stack', stack);

  test('a first preview is complete, and changes nothing', async () => {
    const { output } = await succeed('preview');
    expect(output).toMatch(/agent-factory:components:AgentWorkload/);
    expect(test_.gcp.list()).toEqual([]);
  });

  test('up builds it, with fewer than 400 resources, each with a parent', async () => {
    await succeed('up', '--yes', '--skip-preview');
    const { resources = [] } = await test_.pulumi.state(stack);
    expect(resources.length).toBeLessThan(400);
    const orphans = resources.filter(({ type, parent }) => parent === undefined && type !== 'pulumi:pulumi:Stack');
    expect(orphans.map(({ urn }) => urn)).toEqual([]);
  });

  test('a second preview, and a refresh, find no difference', async () => {
    await succeed('preview', '--expect-no-changes');
    await succeed('refresh', '--yes', '--expect-no-changes');
  });

  test('a change is made in place', async () => {
    test_.project.configure(stack, {
      agents: { ...(test_.project.configured(stack, 'agents') as object | undefined), tester: { max: 4 } },
    });
    const { output } = await succeed('up', '--yes', '--skip-preview');
    expect(output).toMatch(/HorizontalPodAutoscaler\s+\S*tester\S*\s+updated/);
    expect(output).not.toMatch(/replaced|created/);
  });

  test('destroy leaves nothing behind; prod refuses until its protection is taken off', async () => {
    if (stack === 'prod') {
      const refused = await test_.pulumi.run('destroy', '--yes', '--skip-preview', '--stack', stack);
      expect(refused.code).not.toBe(0);
      expect(refused.output).toMatch(/protect/);
      return;
    }
    await succeed('destroy', '--yes', '--skip-preview');
    expect(test_.gcp.list()).toEqual([]);
    expect(files(test_.cluster).filter((file) => /Deployment|StatefulSet|HorizontalPodAutoscaler/.test(file))).toEqual(
      [],
    );
  });
});

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
