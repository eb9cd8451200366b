import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutRoot, openSchemas } from '../stack/providers/shared/schema/cache';
import { checkShape } from '../stack/providers/shared/schema/check';
import type { TypeSchema } from '../stack/providers/shared/schema/model';
import { nearest } from '../stack/providers/shared/schema/suggest';
import { UNKNOWN } from '../stack/providers/shared/values';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const installed = openSchemas('@pulumi/gcp');
const docker = openSchemas('@pulumi/docker');

test('inputs of a resource come from its Args: kinds, what is required, documented enums, defaults and what cannot change', () => {
  const redis = must(installed.of('gcp:redis/instance:Instance'));
  expect(redis.inputs['memorySizeGb']).toEqual({ shape: { kind: 'number' }, required: true });
  expect(redis.inputs['labels']).toEqual({ shape: { kind: 'map', of: { kind: 'string' } }, required: false });
  expect(redis.inputs['tier']).toMatchObject({ oneOf: ['BASIC', 'STANDARD_HA'], default: 'BASIC' });
  expect(redis.inputs['host']).toBeUndefined();
  expect(redis.outputs['host']).toEqual({ shape: { kind: 'string' }, required: true });
  expect(redis.secrets).toContain('authString');
  const secret = must(installed.of('gcp:serviceaccount/account:Account'));
  expect(secret.inputs['accountId']?.immutable).toBe(true);
});

test('nested types are followed, those of inputs apart from those of outputs', () => {
  const cluster = must(installed.of('gcp:container/cluster:Cluster'));
  expect(cluster.inputs['nodeConfig']?.shape).toEqual({ kind: 'object', ref: 'in:container.ClusterNodeConfig' });
  expect(cluster.objects['in:container.ClusterNodeConfigSandboxConfig']).toHaveProperty('type');
  expect(cluster.objects['in:container.ClusterMasterAuth']).toHaveProperty('clientCertificateConfig');
  expect(cluster.objects['out:container.ClusterMasterAuth']).toHaveProperty('clusterCaCertificate');
});

test.each([
  ['gcp:projects/iAMMember:IAMMember', 'member'],
  ['gcp:storage/bucketIAMMember:BucketIAMMember', 'bucket'],
  ['gcp:serviceaccount/iAMMember:IAMMember', 'serviceAccountId'],
  ['gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember', 'cryptoKeyId'],
  ['gcp:organizations/getProject:getProject', 'projectId'],
  ['gcp:compute/getZones:getZones', 'region'],
])('%s is found, however its file is spelt', (token, input) => {
  expect(must(installed.of(token)).inputs).toHaveProperty(input);
});

test.each(['gcp:redis/instance:Instanze', 'gcp:nowhere/instance:Instance', 'gcp:redis/../../x:Instance', 'nonsense'])(
  '%s is no type of the package',
  (token) => {
    expect(installed.of(token)).toBeUndefined();
  },
);

test('an enum that the package declares as a type is taken too', () => {
  const image = must(docker.of('docker:index/image:Image'));
  expect(image.objects['in:DockerBuild']?.['builderVersion']?.oneOf).toEqual(['BuilderV1', 'BuilderBuildKit']);
});

test('what was derived is kept: a second opening needs neither compiler nor declarations', () => {
  const root = join(folder, 'checkout');
  const cache = join(folder, 'cache');
  const package_ = join(root, 'node_modules', '@pulumi', 'docker');
  mkdirSync(package_, { recursive: true });
  cpSync(join(checkoutRoot(), 'node_modules', '@pulumi', 'docker', 'package.json'), join(package_, 'package.json'));
  const first = openSchemas('@pulumi/docker', checkoutRoot(), cache).of('docker:index/image:Image');
  expect(openSchemas('@pulumi/docker', root, cache).of('docker:index/image:Image')).toEqual(first);
  writeFileSync(join(package_, 'package.json'), JSON.stringify({ version: '99.0.0' }));
  expect(openSchemas('@pulumi/docker', root, cache).of('docker:index/image:Image')).toBeUndefined();
});

test('the check names every fault with its path, and what was probably meant', () => {
  const pool = must(installed.of('gcp:container/nodePool:NodePool'));
  const faults = checkShape(pool, {
    nodeCount: 'three',
    autoscalling: {},
    nodeConfig: { labels: { a: 1 }, taints: [{ key: 'a', effect: 'NO_SCHEDULE' }, 'b'], tags: 'web', spott: true },
  });
  expect(faults).toEqual([
    { property: 'cluster', reason: 'is required and was not given' },
    { property: 'nodeCount', reason: 'expected a number, got string' },
    { property: 'autoscalling', reason: 'is not a property of this type; did you mean "autoscaling"?' },
    { property: 'nodeConfig.labels.a', reason: 'expected a string, got number' },
    { property: 'nodeConfig.taints[0].value', reason: 'is required and was not given' },
    { property: 'nodeConfig.taints[1]', reason: 'expected an object, got string' },
    { property: 'nodeConfig.tags', reason: 'expected a list, got string' },
    { property: 'nodeConfig.spott', reason: 'is not a property of this type; did you mean "spot"?' },
  ]);
});

test('an unknown value fits wherever it stands, and counts as given', () => {
  const pool = must(installed.of('gcp:container/nodePool:NodePool'));
  expect(checkShape(pool, { cluster: UNKNOWN, nodeConfig: UNKNOWN, nodeCount: UNKNOWN })).toEqual([]);
  expect(checkShape(pool, { cluster: UNKNOWN, nodeConfig: { taints: [UNKNOWN], labels: { a: UNKNOWN } } })).toEqual([]);
});

test.each([
  ['locatoin', ['location', 'project'], 'location'],
  ['nodecount', ['nodeCount', 'nodePool'], 'nodeCount'],
  ['PEERING', ['VPC_PEERING', 'PRIVATE'], 'VPC_PEERING'],
  ['colour', ['location', 'project'], undefined],
  ['x', ['location', 'project'], undefined],
])('the nearest to %s is %j → %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

function must(schema: TypeSchema | undefined): TypeSchema {
  if (schema === undefined) throw new Error('the package has no such type');
  return schema;
}
