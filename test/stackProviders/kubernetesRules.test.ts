import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../stack/providers/shared/values';
import { conforming } from './kubernetesObjects';
import { changed, testCluster, type TestCluster } from './kubernetesSupport';

let cluster: TestCluster;
beforeAll(async () => (cluster = await testCluster()));
afterAll(() => cluster.remove());

test.each(Object.keys(conforming))('a conforming %s is accepted', (kind) => {
  expect(cluster.check(`kubernetes:${kind}`, conforming[kind] ?? {})).toEqual([]);
});

interface Fault {
  family: string;
  kind: string;
  path: string;
  value: Value | undefined;
  reported: string;
  message: string;
}

const pod = 'spec.template.spec';
const container = `${pod}.containers[0]`;

function readValue(text: string): Value | undefined {
  if (text === 'absent') return undefined;
  const whole = text.replace(/"repeat:(.):(\d+)"/g, (_, letter: string, times: string) =>
    JSON.stringify(letter.repeat(Number(times))),
  );
  return JSON.parse(whole) as Value; // JSON values are all values of inputs
}

function readFaults(): Fault[] {
  const faults: Fault[] = [];
  let [family, kind] = ['', ''];
  for (const raw of readFileSync(join(__dirname, 'kubernetesFaults.txt'), 'utf8').split('\n')) {
    const line = raw.trim().replaceAll('{c}', container).replaceAll('{p}', pod);
    if (line.startsWith('# ')) family = line.slice(2);
    else if (line.startsWith('@ ')) kind = line.slice(2);
    else if (line !== '' && !line.startsWith(';')) {
      const [change = '', expected = ''] = line.split('  =>  ');
      const [, path = '', value = ''] = /^(.*?) = (.*)$/.exec(change) ?? [];
      const [message = '', reported = path] = expected.split(' :: ').toReversed();
      faults.push({ family, kind, path, value: readValue(value), reported, message });
    }
  }
  return faults;
}

const faults = readFaults();

test('the table of broken inputs has every family of rules', () => {
  expect(new Set(faults.map(({ family }) => family)).size).toBe(13);
  expect(faults.length).toBeGreaterThan(150);
});

describe.each([...new Set(faults.map(({ family }) => family))])('%s', (family) => {
  const cases = faults.filter((fault) => fault.family === family);
  test.each(cases.map((fault) => [fault.kind, fault.path, fault] as const))(
    'refused: %s, broken at %s',
    (kind, path, fault) => {
      const broken = changed(conforming[kind] ?? {}, path, fault.value);
      const found = cluster.check(`kubernetes:${kind}`, broken).filter(({ property }) => property === fault.reported);
      expect(found.map(({ reason }) => reason).join()).toContain(fault.message);
    },
  );
});

test('all faults of an object are reported at once', () => {
  let broken = changed(conforming['apps/v1:Deployment'] ?? {}, 'spec.replicas', 'many');
  broken = changed(broken, 'metadata.name', 'Not_A_Name');
  broken = changed(broken, `${container}.imag`, 'x');
  broken = changed(broken, `${container}.volumeMounts[0].name`, 'nothing');
  expect(cluster.check('kubernetes:apps/v1:Deployment', broken).map(({ property }) => property)).toEqual([
    'spec.replicas',
    `${container}.imag`,
    'metadata.name',
    `${container}.volumeMounts[0].name`,
  ]);
});

test('a kind that does not exist is refused with what to write instead', () => {
  expect(cluster.check('kubernetes:apps/v1:Deploymnet', {})[0]?.reason).toContain('did you mean "Deployment"');
  expect(cluster.check('kubernetes:autoscaling/v2beta2:HorizontalPodAutoscaler', {})[0]?.reason).toContain(
    'autoscaling/v1, autoscaling/v2',
  );
  expect(cluster.check('kubernetes:core/v1:PodList', {})[0]?.reason).toContain('lists cannot be created');
  expect(cluster.check('kubernetes:helm.sh/v3:Release', {})[0]?.reason).toContain('no matches for kind');
});

test('minReplicas 0 is accepted with an external metric from Kubernetes 1.37 on', async () => {
  const newer = await testCluster({ file: { minor: 37 } });
  const idle = changed(conforming['autoscaling/v2:HorizontalPodAutoscaler'] ?? {}, 'spec.minReplicas', 0);
  const type = 'kubernetes:autoscaling/v2:HorizontalPodAutoscaler';
  expect(newer.check(type, idle)).toEqual([]);
  expect(newer.check(type, changed(idle, 'spec.metrics[1]', undefined))[0]?.property).toBe('spec.minReplicas');
  newer.remove();
});

test('a secret value never appears in what is reported', () => {
  const result = cluster.provider.check({
    urn: 'u',
    type: 'kubernetes:core/v1:ConfigMap',
    name: 'it',
    olds: { value: {}, secrets: new Set() },
    news: { value: { metadata: { name: 'hunter2hunter2!' }, data: {} }, secrets: new Set(['metadata.name']) },
    seed: new Uint8Array(),
  });
  expect(JSON.stringify(result.failures)).not.toContain('hunter2');
  expect(result.failures).toHaveLength(1);
});
