import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotReadyError, unmarked } from '../stack/providers/shared/provider';
import { UNKNOWN, type Marked, type ValueObject } from '../stack/providers/shared/values';
import { createCloud, removeClouds, target, type TestCloud } from './support/gcpCloud';
import { CONFORMING, conforming } from './support/gcpConforming';

const NETWORK = 'gcp:compute/network:Network';
const SUBNETWORK = 'gcp:compute/subnetwork:Subnetwork';
const CLUSTER = 'gcp:container/cluster:Cluster';
const POOL = 'gcp:container/nodePool:NodePool';
const REDIS = 'gcp:redis/instance:Instance';
const MEMBER = 'gcp:projects/iAMMember:IAMMember';

let world: TestCloud;
beforeEach(async () => {
  world = createCloud();
  await world.enableServices();
});
afterEach(removeClouds);

test('what exists is not made twice', async () => {
  await world.create(NETWORK, conforming(NETWORK));
  await expect(world.create(NETWORK, conforming(NETWORK))).rejects.toThrow(
    /Error 409: The resource 'projects\/my-project\/global\/networks\/factory' already exists/,
  );
});

test('what names something that does not exist is refused', async () => {
  await expect(world.create(SUBNETWORK, conforming(SUBNETWORK))).rejects.toThrow(
    /Error 404.*'network': The resource 'projects\/my-project\/global\/networks\/factory' was not found/,
  );
});

test('what something still uses is not deleted', async () => {
  const network = await world.create(NETWORK, conforming(NETWORK));
  const subnetwork = await world.create(SUBNETWORK, conforming(SUBNETWORK));
  await expect(remove(NETWORK, network)).rejects.toThrow(
    /already being used by 'projects\/my-project\/regions\/europe-west4\/subnetworks\/nodes'/,
  );
  await remove(SUBNETWORK, subnetwork);
  await remove(NETWORK, network);
  expect(world.cloud.list(NETWORK)).toEqual([]);
});

test('a service that nobody enabled refuses its resources, and says how to enable it', async () => {
  const fresh = createCloud();
  await expect(fresh.create(NETWORK, conforming(NETWORK))).rejects.toThrow(
    /compute\.googleapis\.com has not been used in project my-project before or it is disabled/,
  );
  await fresh.create('gcp:storage/bucket:Bucket', conforming('gcp:storage/bucket:Bucket'));
  writeFileSync(join(fresh.directory, 'projects.json'), JSON.stringify({ 'my-project': { apis: 'all' } }));
  await fresh.create(NETWORK, conforming(NETWORK));
});

test.each([
  [CLUSTER, { deletionProtection: true }, /Cannot destroy cluster because deletion_protection is set to true/],
  [
    'gcp:sql/databaseInstance:DatabaseInstance',
    { deletionProtection: true },
    /failed to delete instance because deletion_protection/,
  ],
  [REDIS, { deletionProtection: undefined }, /because deletionProtection is set to true/],
  [
    'gcp:memorystore/instance:Instance',
    { deletionProtectionEnabled: undefined },
    /deletionProtectionEnabled is set to true/,
  ],
  [NETWORK, { deletionPolicy: 'PREVENT' }, /without setting deletionPolicy to "DELETE"/],
])('%s with %j is protected', async (token, change, words) => {
  await buildUpTo(token);
  const made = await world.create(token, given({ ...conforming(token), ...change }));
  await expect(remove(token, made)).rejects.toThrow(words);
});

test('an abandoned thing stays in the cloud; a key cannot be deleted and its name not be used again', async () => {
  const abandoned = await world.create(NETWORK, { ...conforming(NETWORK), deletionPolicy: 'ABANDON' });
  await remove(NETWORK, abandoned);
  expect(world.cloud.list(NETWORK)).toHaveLength(1);
  const ring = await world.create('gcp:kms/keyRing:KeyRing', conforming('gcp:kms/keyRing:KeyRing'));
  await remove('gcp:kms/keyRing:KeyRing', ring);
  await expect(world.create('gcp:kms/keyRing:KeyRing', conforming('gcp:kms/keyRing:KeyRing'))).rejects.toThrow(/409/);
});

test('a change behind Pulumi shows when it is read, in state and inputs, and an update sets it right', async () => {
  await buildUpTo(REDIS);
  const inputs = conforming(REDIS);
  const { id, state } = await world.create(REDIS, inputs);
  world.cloud.drift(REDIS, 'queue', (properties) => ({ ...properties, memorySizeGb: 9, displayName: 'by hand' }));
  const read = await world.provider.read({ ...target(REDIS), id, state, inputs: unmarked(inputs) });
  expect([
    read?.state.value['memorySizeGb'],
    read?.inputs.value['memorySizeGb'],
    read?.state.value['displayName'],
    read?.inputs.value['displayName'],
  ]).toEqual([9, 9, 'by hand', undefined]);
  const drifted = { oldInputs: read?.inputs ?? unmarked({}), oldState: read?.state ?? unmarked({}) };
  const changes = await world.provider.diff({
    ...target(REDIS),
    id,
    ...drifted,
    news: unmarked(inputs),
    ignoreChanges: [],
  });
  expect([...changes.changes.keys()]).toEqual(['memorySizeGb']);
  await world.provider.update({ ...target(REDIS), id, ...drifted, news: unmarked(inputs), preview: false });
  expect(world.cloud.find(REDIS, 'queue')?.properties['memorySizeGb']).toBe(5);
});

test('what was removed behind Pulumi reads as gone, and cannot be updated', async () => {
  const { id, state } = await world.create(NETWORK, conforming(NETWORK));
  world.cloud.remove(NETWORK, 'factory');
  expect(await world.provider.read({ ...target(NETWORK), id, state, inputs: unmarked({}) })).toBeUndefined();
  const update = {
    ...target(NETWORK),
    id,
    oldState: state,
    oldInputs: unmarked({}),
    news: unmarked(conforming(NETWORK)),
    preview: false,
  };
  expect(() => world.provider.update(update)).toThrow(/Error 404/);
});

test.each([
  'projects/my-project/regions/europe-west4/subnetworks/nodes',
  'my-project/europe-west4/nodes',
  'europe-west4/nodes',
  'nodes',
])('an import finds a subnetwork by %s and gives the inputs it was made with', async (id) => {
  await world.create(NETWORK, conforming(NETWORK));
  await world.create(SUBNETWORK, conforming(SUBNETWORK));
  const read = await world.provider.read({ ...target(SUBNETWORK), id, state: unmarked({}), inputs: unmarked({}) });
  expect([read?.id, read?.inputs.value]).toEqual([
    'projects/my-project/regions/europe-west4/subnetworks/nodes',
    conforming(SUBNETWORK),
  ]);
});

test('a preview knows what is given and nothing that only the service can tell', async () => {
  const inputs = unmarked({ name: 'factory', location: 'europe-west4', initialNodeCount: 1, network: UNKNOWN });
  const { state } = await world.provider.create({ ...target(CLUSTER), inputs, preview: true });
  const { name, network, endpoint, selfLink, project, enableShieldedNodes } = state.value;
  expect({ name, network, endpoint, selfLink, project, enableShieldedNodes }).toEqual({
    name: 'factory',
    network: UNKNOWN,
    endpoint: UNKNOWN,
    selfLink: UNKNOWN,
    project: 'my-project',
    enableShieldedNodes: true,
  });
  expect(world.cloud.list(CLUSTER)).toEqual([]);
});

test('a sandboxed pool needs a pool for the system pods first', async () => {
  await buildUpTo(POOL);
  const [, sandboxed] = CONFORMING.filter(([token]) => token === POOL)[1] ?? [POOL, {}];
  await expect(world.create(POOL, sandboxed)).rejects.toThrow(/no node pool without GKE Sandbox/);
  await world.create(POOL, conforming(POOL));
  const { state } = await world.create(POOL, sandboxed);
  expect(state.value['nodeConfig']).toMatchObject({
    labels: { tier: 'small', 'sandbox.gke.io/runtime': 'gvisor' },
    effectiveTaints: [{ key: 'sandbox.gke.io/runtime', value: 'gvisor', effect: 'NO_SCHEDULE' }],
  });
});

test('a right for a workload identity needs a cluster that has them; one for an account needs the account', async () => {
  await expect(world.create(MEMBER, conforming(MEMBER))).rejects.toThrow(
    /Identity Pool does not exist \(my-project\.svc\.id\.goog\)/,
  );
  const member = 'serviceAccount:nobody@my-project.iam.gserviceaccount.com';
  await expect(world.create(MEMBER, { project: 'my-project', role: 'roles/viewer', member })).rejects.toThrow(
    /serviceAccounts\/nobody@my-project\.iam\.gserviceaccount\.com' was not found/,
  );
  await world.create(MEMBER, {
    project: 'my-project',
    role: 'roles/viewer',
    member: 'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com',
  });
});

test('private services access must be there before Redis or SQL ask for it, and stays while they use it', async () => {
  await buildUpTo('gcp:servicenetworking/connection:Connection');
  await expect(world.create(REDIS, conforming(REDIS))).rejects.toThrow(/Google private services access is not enabled/);
  await expect(
    world.create('gcp:sql/databaseInstance:DatabaseInstance', conforming('gcp:sql/databaseInstance:DatabaseInstance')),
  ).rejects.toThrow(/SERVICE_NETWORKING_NOT_ENABLED/);
  const connection = await world.create(
    'gcp:servicenetworking/connection:Connection',
    conforming('gcp:servicenetworking/connection:Connection'),
  );
  await world.create(REDIS, conforming(REDIS));
  await expect(remove('gcp:servicenetworking/connection:Connection', connection)).rejects.toThrow(
    /already being used by .*instances\/queue/,
  );
});

test('a Valkey instance needs a connection policy for its network, region and class', async () => {
  await buildUpTo('gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy');
  await expect(
    world.create('gcp:memorystore/instance:Instance', conforming('gcp:memorystore/instance:Instance')),
  ).rejects.toThrow(/no ServiceConnectionPolicy for service class gcp-memorystore/);
});

test('a master is neither downgraded nor moved by two minor versions', async () => {
  await buildUpTo(CLUSTER);
  const inputs = { ...conforming(CLUSTER), minMasterVersion: '1.36' };
  const { id, state } = await world.create(CLUSTER, inputs);
  const to = (version: string) => () =>
    world.provider.update({
      ...target(CLUSTER),
      id,
      oldState: state,
      oldInputs: unmarked(inputs),
      news: unmarked({ ...inputs, minMasterVersion: version }),
      preview: false,
    });
  expect(to('1.35')).toThrow(/cannot be downgraded/);
  expect(to('1.38')).toThrow(/cannot skip a minor version/);
  expect(to('1.37')).not.toThrow();
});

test('secrets reach Pulumi as secrets and no file of the cloud in plain text', async () => {
  await buildUpTo(REDIS);
  const auth = await world.create(REDIS, conforming(REDIS));
  const secret = 'hunter2-very-secret';
  await world.create('gcp:secretmanager/secret:Secret', conforming('gcp:secretmanager/secret:Secret'));
  const inputs: Marked = {
    value: { secret: 'projects/my-project/secrets/model-key', secretData: secret },
    secrets: new Set(['secretData']),
  };
  const made = await world.create('gcp:secretmanager/secretVersion:SecretVersion', inputs);
  expect([
    made.state.secrets.has('secretData'),
    made.state.value['secretData'],
    auth.state.secrets.has('authString'),
    typeof auth.state.value['authString'],
  ]).toEqual([true, secret, true, 'string']);
  const written = filesOf(world.directory)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  expect(written).not.toContain(secret);
  expect(written).not.toContain(JSON.stringify(auth.state.value['authString']));
  const read = await world.provider.read({
    ...target('gcp:secretmanager/secretVersion:SecretVersion'),
    id: made.id,
    state: made.state,
    inputs,
  });
  expect([read?.state.value, read?.inputs.value]).toEqual([made.state.value, inputs.value]);
  const imported = await world.provider.read({
    ...target('gcp:secretmanager/secretVersion:SecretVersion'),
    id: made.id,
    state: unmarked({}),
    inputs: unmarked({}),
  });
  expect(imported?.state.value['secretData']).toBeUndefined();
});

test('a write-only value reaches no state', async () => {
  await world.create('gcp:pubsub/topic:Topic', conforming('gcp:pubsub/topic:Topic'));
  await world.create('gcp:secretmanager/secret:Secret', conforming('gcp:secretmanager/secret:Secret'));
  const { state } = await world.create(
    'gcp:secretmanager/secretVersion:SecretVersion',
    conforming('gcp:secretmanager/secretVersion:SecretVersion'),
  );
  expect(JSON.stringify(state.value)).not.toContain('never-stored');
});

describe('on demand', () => {
  test.each([
    ['quota', /Error 403: Insufficient regional quota.*quotaExceeded/],
    ['permission', /Error 403: Permission denied/],
    ['unavailable', /Error 503/],
  ] as const)('%s refuses once and leaves nothing', async (kind, words) => {
    world.cloud.fault({ type: NETWORK, operation: 'create', kind });
    await expect(world.create(NETWORK, conforming(NETWORK))).rejects.toThrow(words);
    expect(world.cloud.list(NETWORK)).toEqual([]);
    await world.create(NETWORK, conforming(NETWORK));
    expect(
      world.cloud
        .calls()
        .filter(({ type }) => type === NETWORK)
        .map(({ outcome }) => outcome),
    ).toEqual([expect.not.stringMatching('ok'), 'ok']);
  });

  test('timeout leaves the thing in the cloud, so that a second try meets it', async () => {
    world.cloud.fault({ type: 'gcp:compute/*', name: 'factory', operation: 'create', kind: 'timeout' });
    await expect(world.create(NETWORK, conforming(NETWORK))).rejects.toThrow(/timeout while waiting for state/);
    await expect(world.create(NETWORK, conforming(NETWORK))).rejects.toThrow(/409/);
  });

  test('half-created gives partial state until an update repairs it', async () => {
    world.cloud.fault({ type: NETWORK, operation: 'create', kind: 'half-created' });
    const inputs = conforming(NETWORK);
    const failed: unknown = await world.create(NETWORK, inputs).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(NotReadyError);
    const { id, state } = failed as NotReadyError; // held by the line above
    const reading = { ...target(NETWORK), id, state, inputs: unmarked(inputs) };
    expect(() => world.provider.read(reading)).toThrow(NotReadyError);
    await world.provider.update({
      ...target(NETWORK),
      id,
      oldState: state,
      oldInputs: unmarked(inputs),
      news: unmarked(inputs),
      preview: false,
    });
    expect((await world.provider.read(reading))?.id).toBe(id);
  });

  test('a fault strikes as often as asked, only what it names, and a mistake in its file is told', async () => {
    world.cloud.fault({ type: NETWORK, name: 'other*', operation: 'create', kind: 'quota', times: 2 });
    await world.create(NETWORK, conforming(NETWORK));
    const other = { ...conforming(NETWORK), name: 'other-one' };
    await expect(world.create(NETWORK, other)).rejects.toThrow(/quota/);
    await expect(world.create(NETWORK, other)).rejects.toThrow(/quota/);
    await world.create(NETWORK, other);
    writeFileSync(
      join(world.directory, 'faults.json'),
      JSON.stringify([{ type: NETWORK, operation: 'create', kind: 'quotas' }]),
    );
    await expect(world.create(NETWORK, { ...other, name: 'third' })).rejects.toThrow(/faults\.json.*Invalid option/s);
  });
});

test('a name that is left out is made up from the resource, stays, and is the same in preview and update', async () => {
  const check = (olds: ValueObject, seed: number[]) =>
    world.provider.check({
      ...target(NETWORK, 'net'),
      olds: unmarked(olds),
      news: unmarked({}),
      seed: new Uint8Array(seed),
    });
  const first = await check({}, [1, 2, 3, 4]);
  expect(first.inputs.value['name']).toBe('net-0102030');
  expect((await check(first.inputs.value, [9, 9, 9, 9])).inputs.value['name']).toBe('net-0102030');
});

test('invokes answer from the cloud, and unknown ones are refused by name', async () => {
  const project = await world.provider.invoke('gcp:organizations/getProject:getProject', unmarked({}));
  expect(project.value).toMatchObject({ projectId: 'my-project', number: expect.stringMatching(/^\d{12}$/) });
  const zones = await world.provider.invoke('gcp:compute/getZones:getZones', unmarked({ region: 'us-east1' }));
  expect(zones.value['names']).toEqual(['us-east1-b', 'us-east1-c', 'us-east1-d']);
  expect((await world.provider.invoke('gcp:compute/getZones:getZones', unmarked({ regoin: 'x' }))).failures).toEqual([
    { property: 'regoin', reason: 'is not a property of this type; did you mean "region"?' },
  ]);
  expect(() => world.provider.invoke('gcp:compute/getImage:getImage', unmarked({}))).toThrow(
    /no answer for gcp:compute\/getImage:getImage/,
  );
  expect(() => world.provider.invoke('gcp:compute/getNetwork:getNetwork', unmarked({ name: 'nowhere' }))).toThrow(
    /404/,
  );
});

/** Makes everything that stands before the first conforming entry of that type. */
async function buildUpTo(token: string): Promise<void> {
  for (const [type, inputs] of CONFORMING) {
    if (type === token) return;
    await world.create(type, inputs);
  }
}

async function remove(token: string, made: { id: string; state: Marked }): Promise<void> {
  await world.provider.delete({ ...target(token), id: made.id, state: made.state });
}

function given(inputs: Readonly<Record<string, ValueObject[string] | undefined>>): ValueObject {
  return Object.fromEntries(
    Object.entries(inputs).filter((entry): entry is [string, ValueObject[string]] => entry[1] !== undefined),
  );
}

function filesOf(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
}
