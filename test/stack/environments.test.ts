import { createEnvironment, withDigests, type StackTest } from './support/environment';

describe.each([
  { stack: 'staging', protects: false },
  { stack: 'prod', protects: true },
])('$stack on the real engine', ({ stack, protects }) => {
  let world: StackTest;
  const run = (...args: string[]) => world.pulumi.run(...args, '--stack', stack);
  const succeed = (...args: string[]) => world.pulumi.succeed(...args, '--stack', stack);

  beforeAll(async () => {
    world = await createEnvironment();
    withDigests(world);
    await world.pulumi.succeed('stack', 'init', stack);
  });
  afterAll(() => world.remove());

  test('up builds it, within the policies and 400 resources', async () => {
    await succeed('up', '--yes', '--skip-preview', '--policy-pack', world.policies);
    const { resources = [] } = await world.pulumi.state(stack);
    expect(resources.length).toBeGreaterThan(200);
    expect(resources.length).toBeLessThan(400);
  });

  test('a second preview and a refresh find no difference', async () => {
    await succeed('preview', '--expect-no-changes');
    await succeed('refresh', '--yes', '--expect-no-changes');
  });

  test(`destroy ${protects ? 'is refused: what keeps state is protected' : 'leaves nothing behind'}`, async () => {
    const { code, output } = await run('destroy', '--yes', '--skip-preview');
    const left = world.gcp.list().filter(({ type }) => !/^gcp:(kms|sql\/user)/.test(type));
    expect({ refused: code !== 0, saysWhy: /protect/.test(output), left: left.length > 0 }).toEqual({
      refused: protects,
      saysWhy: protects,
      left: protects,
    });
  });
});

describe('the longest name of a stack', () => {
  test('leaves every physical name inside its limit', async () => {
    const world = await createEnvironment();
    const stack = `dev-${'x'.repeat(96)}`;
    try {
      await world.pulumi.succeed('stack', 'init', stack);
      world.project.copyStack('dev', stack);
      await world.pulumi.succeed('preview', '--stack', stack);
    } finally {
      world.remove();
    }
  });
});
