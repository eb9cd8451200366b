import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { maxLength } from '../../components/names';
import type { Recording } from '../support/pulumi/recorder';
import { buildCloud } from './cloud';
import { recordCloud } from './recordCloud';

/** Each environment is built once: no test changes what was recorded. */
const recordings = new Map<string, ReturnType<typeof recordCloud>>();
function recorded(environment: 'dev' | 'prod') {
  const known = recordings.get(environment);
  const made = known ?? recordCloud(() => buildCloud(environment), { stack: environment });
  recordings.set(environment, made);
  return made;
}

const golden = (environment: string) => path.join(__dirname, 'inventory', `${environment}.json`);

describe.each(['dev', 'prod'] as const)('the cloud of %s', (environment) => {
  let recording: Recording;
  beforeAll(async () => {
    ({ recording } = await recorded(environment));
  });

  it('has the resources of the inventory (INVENTORY=save writes it)', () => {
    const counts = recording.counts();
    if (process.env.INVENTORY === 'save')
      writeFileSync(golden(environment), `${JSON.stringify(counts, undefined, 2)}\n`);
    expect(existsSync(golden(environment)) ? JSON.parse(readFileSync(golden(environment), 'utf8')) : {}).toEqual(
      counts,
    );
  });

  it('leaves room for what runs in the cluster, within 400 resources', () => {
    expect(recording.all.length).toBeLessThan(220);
  });

  it('has nothing outside a component, and every name begins with that of its parent', () => {
    const byUrn = new Map(recording.all.map((resource) => [resource.urn, resource]));
    for (const { custom, name, parent } of recording.all) {
      if (!custom && parent === '') continue;
      expect([name, byUrn.get(parent)?.custom]).toEqual([name, false]);
      expect(name.startsWith(`${byUrn.get(parent)?.name ?? '?'}-`)).toBe(true);
    }
  });

  it('names everything itself: nothing gets a random name, which a second stack could not know', () => {
    const named = [
      'name',
      'repositoryId',
      'secretId',
      'accountId',
      'instanceId',
      'displayName',
      'bucket',
      'dashboardJson',
    ];
    // What has no name of its own: grants, a project's services and policies, versions.
    const nameless =
      /Member$|IAMAuditConfig$|:Service$|ServiceIdentity$|binaryauthorization\/policy|SecretVersion$|^kubernetes:/;
    const anonymous = recording.all
      .filter(
        ({ custom, type, inputs }) =>
          custom &&
          !nameless.test(type) &&
          !named.some((key) => typeof inputs[key] === 'string' || typeof inputs.imageName === 'string'),
      )
      .map(({ type, name }) => `${type} ${name}`);
    expect(anonymous).toEqual([]);
  });
});

describe('what is made only after something else', () => {
  let recording: Recording;
  const named = (name: string) => {
    const found = recording.all.filter((resource) => resource.custom && resource.name === name);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources are called ${name}`);
    return found[0];
  };
  beforeAll(async () => {
    ({ recording } = await recorded('prod'));
  });

  it.each([
    ['cluster-cluster', 'network-nat', 'nodes pull images through it'],
    ['cluster-cluster', 'encryption-cluster-container-engine-robot', 'GKE uses the key at once'],
    ['cluster-cluster', 'encryption-disks-compute-system', 'its first node has a disk'],
    ['cluster-cluster', 'identity-nodes-role', 'a node without rights never becomes ready'],
    ['cluster-notifications', 'encryption-topics-gcp-sa-pubsub', 'Pub/Sub uses the key at once'],
    ['pools-small', 'pools-system', 'GKE refuses sandboxes before other nodes'],
    ['queue-redis', 'encryption-queue-cloud-redis', 'Memorystore uses the key at once'],
    ['database-instance', 'encryption-database-gcp-sa-cloud-sql', 'Cloud SQL uses the key at once'],
    ['database-endpoint', 'database-instance', 'it leads there'],
    ['artifacts-bucket', 'encryption-storage-gs-project-accounts', 'Cloud Storage uses the key at once'],
    ['registry-repository', 'encryption-registry-gcp-sa-artifactregistry', 'the registry uses the key at once'],
    ['secrets-model-openai', 'encryption-secrets-gcp-sa-secretmanager', 'Secret Manager uses the key at once'],
    ['workloads-model-gateway-aiplatform.user', 'cluster-cluster', 'its pool of identities comes with it'],
    ['database-client-0', 'cluster-cluster', 'its pool of identities comes with it'],
    ['pipeline-trigger-deploy', 'pipeline-accounts-deploy-container.admin', 'a build without rights fails'],
  ])('%s waits for %s: %s', (waiting, awaited) => {
    expect(recording.waitsFor(named(waiting), named(awaited))).toBe(true);
  });

  it('is nothing before the APIs are on', () => {
    const apis = recording.one('agent-factory:components:ProjectServices');
    for (const name of ['network-vpc', 'cluster-cluster', 'queue-redis', 'identity-nodes', 'registry-repository'])
      expect([name, recording.waitsFor(named(name), apis)]).toEqual([name, true]);
  });
});

describe('the longest name of a stack', () => {
  it('still gives names that fit', async () => {
    const { recording } = await recordCloud(() =>
      buildCloud('prod', 'a-stack-whose-name-is-as-long-as-pulumi-lets-it-be'),
    );
    const limits = {
      'gcp:container/cluster:Cluster': maxLength('gcp.cluster'),
      'gcp:container/nodePool:NodePool': maxLength('gcp.nodePool'),
      'gcp:redis/instance:Instance': maxLength('gcp.redis'),
      'gcp:storage/bucket:Bucket': maxLength('gcp.bucket'),
      'gcp:cloudbuild/trigger:Trigger': maxLength('gcp.trigger'),
      'gcp:compute/subnetwork:Subnetwork': maxLength('gcp.subnetwork'),
    };
    for (const [type, limit] of Object.entries(limits)) {
      const names = recording.of(type).map(({ inputs }) => String(inputs.name));
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name.length).toBeLessThanOrEqual(limit);
    }
    const accounts = recording.of('gcp:serviceaccount/account:Account').map(({ inputs }) => String(inputs.accountId));
    expect(new Set(accounts).size).toBe(accounts.length);
    for (const account of accounts) expect(account).toMatch(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  });
});
