import { CATALOGUE } from '../stack/providers/gcp/catalogue';
import { createScope } from '../stack/providers/gcp/scope';
import type { Store } from '../stack/providers/shared/store';
import { createCloud, removeClouds } from './support/gcpCloud';
import { conforming } from './support/gcpConforming';
import { BROKEN } from './support/gcpBroken';
import { changed } from './support/change';

afterEach(removeClouds);

test.each(BROKEN)('%s refuses %j at %s', async (token, change, property, words) => {
  const failures = await createCloud().check(token, changed(conforming(token), change));
  const found = failures.filter((failure) => failure.property === property).map((failure) => failure.reason);
  expect({ failures, found }).toEqual({ failures, found: [expect.stringMatching(words)] });
});

test('each rule that is written down refuses something above', () => {
  const scope = createScope(
    '',
    { list: () => [] } as unknown as Store,
    { project: 'my-project', region: 'europe-west4' },
    {},
  ); // rules ask it for places only
  const found: unknown[] = [];
  for (const [token, rules] of Object.entries(CATALOGUE)) {
    const broken = BROKEN.filter(([type]) => type === token).map(([, change]) => changed(conforming(token), change));
    const idle = (rules.checks ?? []).flatMap((rule, index) =>
      broken.some((inputs) => rule(inputs, scope).length > 0) ? [] : [index],
    );
    if (idle.length > 0) found.push({ token, idle: idle.map((index) => String(rules.checks?.[index]).slice(0, 160)) });
  }
  expect(found).toEqual([]);
});

test('all faults of one resource are told at once', async () => {
  const broken = changed(conforming('gcp:redis/instance:Instance'), {
    tier: 'BASICK',
    memorySizeGb: 400,
    region: 'europe-west44',
    'redisConfigs.maxmemory-policy': 'forget',
    colour: 'red',
  });
  const failures = await createCloud().check('gcp:redis/instance:Instance', broken);
  expect(failures.map((failure) => failure.property).sort()).toEqual([
    'colour',
    'memorySizeGb',
    'redisConfigs.maxmemory-policy',
    'region',
    'tier',
  ]);
});

test('a type that the package does not have is refused by name', async () => {
  expect(await createCloud().check('gcp:container/clutser:Clutser', {})).toEqual([
    { property: '', reason: expect.stringContaining('gcp:container/clutser:Clutser') },
  ]);
});

test('a type without rules of its own is still held against the declarations of the package', async () => {
  const { check } = createCloud();
  expect(
    await check('gcp:spanner/instance:Instance', { config: 'regional-europe-west4', displayName: 'x', numNodes: 1 }),
  ).toEqual([]);
  expect(await check('gcp:spanner/instance:Instance', { config: 1, dispalyName: 'x' })).toEqual([
    { property: 'displayName', reason: 'is required and was not given' },
    { property: 'config', reason: 'expected a string, got number' },
    { property: 'dispalyName', reason: 'is not a property of this type; did you mean "displayName"?' },
  ]);
});

test('without a project in the resource, the configuration or the environment, the way to give one is told', async () => {
  const failures = await createCloud({}).check('gcp:redis/instance:Instance', { name: 'queue', memorySizeGb: 1 });
  expect(failures).toEqual([
    { property: 'project', reason: 'project: required field is not set; set gcp:project' },
    { property: 'region', reason: 'region: required field is not set; set gcp:region' },
  ]);
});

test('a secret never stands in the reason of a refusal', async () => {
  const secretValue = 'hunter2-very-secret';
  const value = changed(conforming('gcp:compute/network:Network'), {
    name: secretValue.toUpperCase(),
    description: secretValue,
  });
  const failures = await createCloud().check('gcp:compute/network:Network', { value, secrets: new Set(['name']) });
  expect(JSON.stringify(failures)).not.toContain(secretValue.toUpperCase());
  expect(failures).toEqual([{ property: 'name', reason: expect.stringContaining('"[secret]" is not valid') }]);
});

test.each([
  [{ project: 'my-project', region: 'europe-west4' }, []],
  [{ projct: 'my-project' }, [{ property: 'projct', reason: 'is no key of this provider; did you mean "project"?' }]],
  [{ project: 'My_Project' }, [{ property: 'project', reason: expect.stringContaining('is no project id') }]],
])('provider configuration %j', async (config, expected) => {
  const { provider } = createCloud();
  expect(await provider.checkConfig({ value: config, secrets: new Set() })).toEqual(expected);
});
