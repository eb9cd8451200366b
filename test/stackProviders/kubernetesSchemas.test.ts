import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSchemas } from '../engines/schemas';
import type { SchemaIndex, VersionDocument } from '../engines/schemas/format';
import { placeEnums, readEnums } from '../engines/schemas/enums';
import { slim } from '../engines/schemas/openapi';

let directory: string;
beforeAll(async () => (directory = await ensureSchemas()));

function document(groupVersion: string): VersionDocument {
  return JSON.parse(readFileSync(join(directory, `${groupVersion.replace('/', '_')}.json`), 'utf8')) as VersionDocument; // ensureSchemas wrote it
}

/** The input types of the installed @pulumi/kubernetes: field names by `group.version.Type`. */
function sdkTypes(): Map<string, string[]> {
  const types = new Map<string, string[]>();
  let [group, version, type] = ['', '', ''];
  const declarations = require.resolve('@pulumi/kubernetes/types/input.d.ts');
  for (const line of readFileSync(declarations, 'utf8').split('\n')) {
    const [, keyword, name = ''] = /^\s*(?:export (?:declare )?)?(namespace|interface) (\w+) \{/.exec(line) ?? [];
    if (keyword === 'namespace' && /^\S/.test(line)) group = name;
    else if (keyword === 'namespace') version = name;
    else if (keyword === 'interface') types.set((type = `${group}.${version}.${name}`), []);
    else types.get(type)?.push(...(/^ {12}(\w+)\??: /.exec(line)?.slice(1) ?? []));
  }
  return types;
}

test('every field that the schemas know is a field of the installed SDK', () => {
  const sdk = sdkTypes();
  const groups = {
    'apps.v1': 'apps/v1',
    'core.v1': 'v1',
    'batch.v1': 'batch/v1',
    'autoscaling.v2': 'autoscaling/v2',
    'policy.v1': 'policy/v1',
    'networking.v1': 'networking.k8s.io/v1',
    'rbac.v1': 'rbac.authorization.k8s.io/v1',
    'storage.v1': 'storage.k8s.io/v1',
  };
  let compared = 0;
  for (const [prefix, groupVersion] of Object.entries(groups)) {
    for (const [name, schema] of Object.entries(document(groupVersion).schemas)) {
      const fields = sdk.get(name.replace('io.k8s.api.', ''));
      if (!name.startsWith(`io.k8s.api.${prefix}.`) || fields === undefined) continue;
      compared += 1;
      expect({
        name,
        unknown: Object.keys(schema.properties ?? {}).filter((field) => !fields.includes(field)),
      }).toEqual({ name, unknown: [] });
    }
  }
  expect(compared).toBeGreaterThan(280);
  // The SDK is ahead of the cluster: a field of a later Kubernetes type-checks and is refused.
  expect(sdk.get('core.v1.EmptyDirVolumeSource')).toContain('mode');
  expect(document('v1').schemas['io.k8s.api.core.v1.EmptyDirVolumeSource']?.properties).not.toHaveProperty('mode');
});

test('enumerations, which the published documents leave out, come from the source that makes them', () => {
  const { schemas } = document('v1');
  expect(schemas['io.k8s.api.core.v1.ServiceSpec']?.properties?.['type']?.enum).toEqual([
    'ClusterIP',
    'ExternalName',
    'LoadBalancer',
    'NodePort',
  ]);
  const policy = document('networking.k8s.io/v1').schemas['io.k8s.api.networking.v1.NetworkPolicySpec'];
  expect(policy?.properties?.['policyTypes']?.items?.enum).toEqual(['Egress', 'Ingress']);
});

test('an enumeration belongs to the property it stands in, deeper to the items of its list', () => {
  const tabs = (depth: number): string => '\t'.repeat(depth);
  const source = [
    `${tabs(2)}"k8s.io/api/core/v1.Thing": schema_k8sio_api_core_v1_Thing(ref),`,
    'func schema_k8sio_api_core_v1_Thing(ref common.ReferenceCallback) common.OpenAPIDefinition {',
    `${tabs(5)}"mode": {`,
    `${tabs(7)}Enum:        []interface{}{"A", "B"},`,
    `${tabs(5)}"modes": {`,
    `${tabs(10)}Enum:    []interface{}{"C"},`,
  ].join('\n');
  const enums = readEnums(source);
  const schemas = {
    'io.k8s.api.core.v1.Thing': { properties: { mode: { type: 'string' }, modes: { items: { type: 'string' } } } },
  };
  expect(placeEnums(schemas, enums)).toBe(2);
  expect(schemas['io.k8s.api.core.v1.Thing'].properties).toEqual({
    mode: { type: 'string', enum: ['A', 'B'] },
    modes: { items: { type: 'string', enum: ['C'] } },
  });
});

test('a schema keeps everything but its prose, fields called "description" included', () => {
  const node = {
    description: 'x',
    properties: {
      description: { type: 'string', description: 'y' },
      at: { allOf: [{ $ref: '#/components/schemas/T' }], default: {} },
    },
  };
  expect(slim(node)).toEqual({ properties: { description: { type: 'string' }, at: { $ref: 'T', default: {} } } });
});

test('kinds know their place: plural, scope and subresources', () => {
  expect(document('apps/v1').kinds['Deployment']).toMatchObject({
    plural: 'deployments',
    namespaced: true,
    subresources: ['scale', 'status'],
  });
  expect(document('v1').kinds['Namespace']).toMatchObject({ plural: 'namespaces', namespaced: false });
  expect(document('gateway.networking.k8s.io/v1').kinds['GatewayClass']).toMatchObject({ namespaced: false });
});

test('definitions written by hand name their source, and all are in the index', () => {
  const { versions } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as SchemaIndex; // ensureSchemas wrote it
  const folder = join(__dirname, '../engines/schemas/handwritten');
  for (const bundle of readdirSync(folder)) {
    for (const file of readdirSync(join(folder, bundle))) {
      const { source, group, version, kinds } = JSON.parse(readFileSync(join(folder, bundle, file), 'utf8')) as {
        source: string;
        group: string;
        version: string;
        kinds: { kind: string }[];
      }; // HandwrittenKinds
      expect(source).toMatch(/^https:\/\/.*read \d{4}-\d\d-\d\d$/);
      expect(versions[`${group}/${version}`]?.bundle).toBe(bundle);
      for (const { kind } of kinds) expect(versions[`${group}/${version}`]?.kinds).toHaveProperty(kind);
    }
  }
});

test('making the schemas again makes nothing', async () => {
  const before = statSync(join(directory, 'index.json')).mtimeMs;
  expect(await ensureSchemas()).toBe(directory);
  expect(statSync(join(directory, 'index.json')).mtimeMs).toBe(before);
});
