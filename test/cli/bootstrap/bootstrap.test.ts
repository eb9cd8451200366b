import { firstServices } from '../../../cli/src/bootstrap/plan';
import { prepare, preview, type Prepared } from '../../../cli/src/bootstrap/prepare';
import type { Target } from '../../../cli/src/bootstrap/place';
import { CommandError } from '../../../cli/src/exit';
import { factoryServices } from '../../../components/settings/services';
import { gcloudOf, newWorld, type World } from './cloud';

const target: Target = { project: 'acme-prod', environment: 'prod', region: 'europe-west1', github: undefined };
const withGithub: Target = { ...target, github: 'acme/factory' };

/** Time passes at once. */
const bootstrap = (world: World, what: Target = target): Promise<Prepared> =>
  prepare(what, {
    gcloud: gcloudOf(world),
    clock: { sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    tell: () => {},
  });
const states = ({ steps }: Prepared): Record<string, string> =>
  Object.fromEntries(steps.map(({ id, state }) => [id, state]));
const changes = ({ calls }: World): string[] =>
  calls
    .filter((call) => !call.some((word) => ['describe', 'list', 'get-iam-policy'].includes(word)))
    .map((call) => `gcloud ${call.join(' ')}`);

test('makes what is missing, and a second run finds all of it there', async () => {
  const world = newWorld();
  expect(states(await bootstrap(world))).toEqual({
    project: 'there',
    billing: 'there',
    services: 'done',
    'state-bucket': 'done',
    'state-versions': 'done',
    'key-ring': 'done',
    key: 'done',
  });
  expect(world['buckets']).toEqual({
    'acme-prod-factory-state': {
      name: 'acme-prod-factory-state',
      location: 'EUROPE-WEST1',
      versioning_enabled: true,
      uniform_bucket_level_access: true,
      public_access_prevention: 'enforced',
    },
  });

  world.calls = [];
  expect(new Set(Object.values(states(await bootstrap(world))))).toEqual(new Set(['there']));
  expect(changes(world)).toEqual([]);
});

test('ends with the commands that come next', async () => {
  expect((await bootstrap(newWorld())).next).toEqual([
    'gcloud auth application-default login',
    'npm run pulumi -- login gs://acme-prod-factory-state',
    'npm run pulumi -- stack init prod --secrets-provider=gcpkms://projects/acme-prod/locations/europe-west1/keyRings/factory-state/cryptoKeys/prod',
    'npm run pulumi -- config set gcp:project acme-prod --stack prod',
    'npm run pulumi -- config set gcp:region europe-west1 --stack prod',
  ]);
});

test('says where a person must consent on GitHub, makes all else, and is done once they have', async () => {
  const world = newWorld();
  const first = await bootstrap(world, withGithub);
  const open = first.steps.filter(({ state }) => state !== 'done' && state !== 'there');
  expect(open).toEqual([expect.objectContaining({ id: 'consent', state: 'person' })]);
  expect(open[0]?.todo).toContain('https://accounts.google.com/AccountChooser?continue=consent');
  expect(first.next).toBeUndefined();

  world['connections'] = { 'europe-west1/factory': { name: 'factory', installationState: { stage: 'COMPLETE' } } };
  const second = await bootstrap(world, withGithub);
  expect(new Set(Object.values(states(second)))).toEqual(new Set(['there']));
  expect(second.next?.join('\n')).toContain('--plaintext pipeline.stateBucket=acme-prod-factory-state');
});

test('workflows of one repository and one environment may look, and no other', async () => {
  const world = newWorld();
  await bootstrap(world, withGithub);
  expect(world['providers']).toMatchObject({
    'github/github': {
      issuerUri: 'https://token.actions.githubusercontent.com',
      attributeCondition: "assertion.repository=='acme/factory'",
    },
  });
  const account = 'factory-github-prod@acme-prod.iam.gserviceaccount.com';
  const pool = 'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/github';
  const binding = (role: string, member: string) => ({ role, members: [member] });
  expect(world.policies[account]?.bindings).toEqual([
    binding('roles/iam.workloadIdentityUser', `${pool}/subject/repo:acme/factory:environment:prod`),
  ]);
  const member = `serviceAccount:${account}`;
  expect(world.policies['gs://acme-prod-factory-state']?.bindings).toEqual([
    binding('roles/storage.objectViewer', member),
  ]);
  expect(world.policies['europe-west1/factory-state/prod']?.bindings).toEqual([
    binding('roles/cloudkms.cryptoKeyDecrypter', member),
  ]);
});

test('a failure in the middle says what failed and why; the next run goes on from there', async () => {
  const world = newWorld({ faults: { 'kms keys create': ['RESOURCE_EXHAUSTED: quota of keys'] } });
  const error = await bootstrap(world).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({
    message: expect.stringContaining('this failed: gcloud kms keys create prod') as string,
    hints: [expect.stringContaining('RESOURCE_EXHAUSTED: quota of keys'), expect.stringContaining('run it again')],
  });
  expect(states(await bootstrap(world))).toMatchObject({ services: 'there', 'key-ring': 'there', key: 'done' });
});

test('wherever it fails, a second run completes it', async () => {
  const commands = Object.keys(commandsOf(preview(withGithub)));
  expect(commands.length).toBeGreaterThan(12);
  for (const command of commands) {
    const world = newWorld({ faults: { [command]: ['INTERNAL: try later'] } });
    await expect(bootstrap(world, withGithub)).rejects.toThrow(command);
    const { steps } = await bootstrap(world, withGithub);
    expect(steps.filter(({ state }) => state === 'person').map(({ id }) => id)).toEqual(['consent']);
  }
});

test('a look that fails for another reason than absence makes nothing', async () => {
  const world = newWorld({ faults: { 'storage buckets describe': ['HTTPError 403: you may not look'] } });
  await expect(bootstrap(world)).rejects.toMatchObject({
    hints: expect.arrayContaining([expect.stringContaining('you may not look')]) as string[],
  });
  expect(world['buckets']).toBeUndefined();
});

test('a bucket that is open and forgets is closed and keeps versions', async () => {
  const name = 'acme-prod-factory-state';
  const world = newWorld({ buckets: { [name]: { name, uniform_bucket_level_access: false } } });
  expect(states(await bootstrap(world))).toMatchObject({ 'state-bucket': 'there', 'state-versions': 'done' });
  expect(world['buckets']).toMatchObject({
    [name]: { versioning_enabled: true, uniform_bucket_level_access: true, public_access_prevention: 'enforced' },
  });
});

test.each([
  ['a project that is not there', { project: 'other' }, 'https://console.cloud.google.com/projectcreate'],
  ['a project that nobody pays for', { billing: '' }, 'linkedaccount?project=acme-prod'],
])('%s ends it at once, with where to go', async (_, over, url) => {
  const world = newWorld(over);
  const { steps, next } = await bootstrap(world);
  expect(steps.at(-1)).toMatchObject({ state: 'person', todo: expect.stringContaining(url) as string });
  expect(next).toBeUndefined();
  expect(changes(world)).toEqual([]);
});

test('what a dry run shows is what a run runs', async () => {
  const world = newWorld();
  await bootstrap(world);
  expect(changes(world)).toEqual(preview(target).steps.flatMap(({ commands = [] }) => commands));
});

test('the APIs it turns on are some of those that the program knows', () => {
  expect(factoryServices).toEqual(expect.arrayContaining([...firstServices]));
});

/** The commands of a plan, without what they are given. */
function commandsOf({ steps }: Prepared): Record<string, true> {
  const known = steps.flatMap(({ commands = [] }) => commands);
  return Object.fromEntries(
    known.map((command) => {
      const words = command.split(' ').slice(1);
      const verb = words.findIndex((word) => /^(create(-oidc)?|enable|update|add-iam-policy-binding)$/.test(word));
      const end = words[verb + 1] === 'github' && words.includes('connections') ? verb + 2 : verb + 1;
      return [words.slice(0, end).join(' '), true];
    }),
  );
}
