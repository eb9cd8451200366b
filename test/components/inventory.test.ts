import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { maxLength } from '../../components/names';
import type { Recording } from '../support/pulumi/recorder';
import { buildCloud } from './cloud';
import { recordCloud } from './recordCloud';

const golden = (environment: string) => path.join(__dirname, 'inventory', `${environment}.json`);

describe.each(['dev', 'prod'] as const)('the cloud of %s', (environment) => {
  let recording: Recording;
  beforeAll(async () => {
    ({ recording } = await recordCloud(() => buildCloud(environment), { stack: environment }));
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
    expect(recording.all.length).toBeLessThan(200);
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
