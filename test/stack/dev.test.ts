import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { Pulumi } from './support/pulumi';
import { createEnvironment, type StackTest } from './support/environment';
import { root } from './support/engines';

const stack = 'dev';
const keeper = /(container\/cluster:Cluster|redis\/instance:Instance|sql\/databaseInstance:DatabaseInstance)$/;

interface Step {
  op: string;
  urn: string;
}

// The tests of this file are one story: each begins where the one before it ended.
describe('the life of dev on the real engine', () => {
  let world: StackTest;
  const succeed = (...args: string[]) => world.pulumi.succeed(...args, '--stack', stack);
  const steps = async (): Promise<Step[]> => {
    const { output } = await succeed('preview', '--json');
    return (JSON.parse(output.slice(output.indexOf('{'))) as { steps: Step[] }).steps; // JSON by the engine
  };

  beforeAll(async () => {
    world = await createEnvironment();
    await world.pulumi.succeed('stack', 'init', stack);
    world.project.configure(stack, { models: { providers: { claude: { kind: 'anthropic' } }, models: {} } });
    await succeed(
      'config',
      'set',
      '--secret',
      '--path',
      'agent-factory:modelKeys.claude',
      'a-key-that-must-not-be-seen',
    );
  });
  afterAll(() => world.remove());

  test('a wrong configuration is refused before any resource, with its path and what to write', async () => {
    const network = world.project.configured(stack, 'network');
    world.project.configure(stack, { network: { nodes: '10.20.0.0/16' }, pool: { small: {} } });
    const { code, output } = await world.pulumi.run('preview', '--stack', stack);
    expect(code).not.toBe(0);
    expect(output).toContain('network.pods: 10.20.0.0/14 overlaps network.nodes, 10.20.0.0/16');
    expect(output).toContain('pool: is not a known field; did you mean pools?');
    expect(output).not.toMatch(/at Object\.|node_modules/);
    world.project.configure(stack, { network, pool: undefined });
  });

  test('a first preview is complete, keeps the policies, and makes nothing', async () => {
    const { output } = await succeed('preview', '--policy-pack', world.policies);
    expect(output).toMatch(/agent-factory:components:AgentWorkload\s+agent-integration/);
    expect(output).toMatch(/Policies:[\s\S]*agent-factory/);
    expect(world.gcp.list()).toEqual([]);
  });

  test('up builds it: fewer than 400 resources, each with a parent', async () => {
    await succeed('up', '--yes', '--skip-preview');
    const { resources = [] } = await world.pulumi.state(stack);
    expect(resources.length).toBeGreaterThan(200);
    expect(resources.length).toBeLessThan(400);
    const rootless = /^pulumi:(pulumi:Stack|providers:)/; // default providers are the engine's own
    const orphans = resources.filter(({ type, parent }) => parent === undefined && !rootless.test(type));
    expect(orphans.map(({ urn }) => urn)).toEqual([]);
  });

  test('a second preview and a refresh find no difference', async () => {
    await succeed('preview', '--expect-no-changes');
    await succeed('refresh', '--yes', '--expect-no-changes');
  });

  test('no secret stands in the state in plain text', async () => {
    const { tokens } = await world.pulumi.outputs(stack);
    const { operator } = tokens as Record<string, string>; // as infra/outputs.ts declares
    const state = readFileSync(
      path.join(world.project.folder('backend'), `.pulumi/stacks/agent-factory/${stack}.json`),
      'utf8',
    );
    expect(operator).toMatch(/^\S{32,}$/);
    for (const secret of [operator, 'a-key-that-must-not-be-seen', 'PRIVATE KEY-----'])
      expect(secret !== undefined && state.includes(secret)).toBe(false);
  });

  test('another stack reads its outputs', async () => {
    const folder = path.join(world.project.path, '../consumer');
    mkdirSync(folder);
    cpSync(path.join(root, 'examples/consumer-stack'), folder, { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    const consumer = new Pulumi(world.project, { ...world.options, folder });
    await consumer.succeed('stack', 'init', 'team');
    await consumer.succeed('config', 'set', 'factory', `organization/agent-factory/${stack}`, '--stack', 'team');
    await consumer.succeed('up', '--yes', '--skip-preview', '--stack', 'team');
    expect(await consumer.outputs('team')).toMatchObject({
      factoryUrl: 'http://dispatcher.factory-system:7070',
      agentTypes: expect.arrayContaining(['python', 'integration']) as unknown,
    });
    await consumer.succeed('destroy', '--yes', '--skip-preview', '--stack', 'team');
  });

  test('what people change is changed in place: cluster, Redis and database are never replaced', async () => {
    world.project.configure(stack, {
      pools: { small: { machineType: 'n2d-standard-16', max: 6 } },
      labels: { team: 'platform' },
      queue: { memoryGb: 2 },
      dispatcher: { serve: { replicas: 2, maxReplicas: 3 } },
      agents: { tester: { max: 4 }, python: { min: 2, max: 3 } },
    });
    const changed = (await steps()).filter(({ op }) => op !== 'same' && op !== 'read');
    expect(changed.some(({ op }) => op === 'update')).toBe(true);
    const replaced = changed.filter(({ op }) => op.includes('replace') || op === 'delete').map(({ urn }) => urn);
    expect(replaced.filter((urn) => keeper.test(urn.split('::')[2]?.split('$').at(-1) ?? ''))).toEqual([]);
    await succeed('up', '--yes', '--skip-preview');
    await succeed('preview', '--expect-no-changes');
  });

  test('destroy leaves nothing behind', async () => {
    await succeed('destroy', '--yes', '--skip-preview');
    const left = world.gcp.list().map(({ type, name }) => `${type} ${name}`);
    // Keys and their rings cannot be deleted, only emptied; a user of a database goes with its instance.
    expect(left.filter((thing) => !/^gcp:(kms|sql\/user)/.test(thing))).toEqual([]);
    expect(world.cluster.list()).toEqual([]);
  });
});
