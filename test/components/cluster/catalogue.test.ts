import { agentTypes } from '@agent-factory/contract';
import { maxLength, createNames } from '../../../components/names';
import type { Platform } from '../../../components/manifests/platform';
import type { AgentPlan } from '../../../components/types';
import { objectsOf, recordFactory, type FactoryOptions, type KubernetesObject } from './factory';
import { existing, gke, plan, plans } from './fixtures';

/** One record of the catalogue is one of everything. A few types stand for the twelve where their number does not matter. */

const few = ['python', 'tester', 'researcher'].map((name) => plan(name));

async function deployed(options: FactoryOptions): Promise<KubernetesObject[]> {
  return objectsOf((await recordFactory(options)).recording);
}

/** Kinds of the objects of one type, and where else its name stands. */
function partsOf(type: string, objects: readonly KubernetesObject[]) {
  const own = objects.filter(({ metadata }) => metadata.labels?.['agent-factory.dev/type'] === type);
  const elsewhere = objects.filter((one) => !own.includes(one) && JSON.stringify(one).includes(`"agent-${type}`));
  const text = JSON.stringify(elsewhere).replaceAll('\\', '');
  return {
    kinds: own.map(({ kind }) => kind).sort(),
    mayRegister: text.includes(`"agent-${type}":"${type}"`),
    pods: podsOf(objects),
  };
}

/** Pods that the quota allows. */
function podsOf(objects: readonly KubernetesObject[]): number {
  const quota = objects.find(({ kind }) => kind === 'ResourceQuota');
  return Number((quota?.['spec'] as { hard?: { pods?: string } } | undefined)?.hard?.pods); // NaN fails every comparison
}

const thirteenth: AgentPlan = plan('tester', {
  name: 'translator',
  title: 'Translator',
  egress: ['dictionary.example.com'],
  replicas: { min: 1, max: 4 },
});

const cases: [string, Platform, NonNullable<FactoryOptions['backend']>, string[]][] = [
  [
    'on GKE',
    gke,
    'dispatcher',
    [
      'ConfigMap',
      'Deployment',
      'FQDNNetworkPolicy',
      'HorizontalPodAutoscaler',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'ServiceAccount',
    ],
  ],
  [
    'with GKE’s metric',
    gke,
    'gke',
    [
      'AutoscalingMetric',
      'ConfigMap',
      'Deployment',
      'FQDNNetworkPolicy',
      'HorizontalPodAutoscaler',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'ServiceAccount',
    ],
  ],
  [
    'with KEDA',
    existing,
    'keda',
    ['ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'ScaledObject', 'ServiceAccount'],
  ],
];

describe.each(cases)('a record %s', (_name, platform, backend, kinds) => {
  it('that is added brings every part, and takes none from the others', async () => {
    const before = await deployed({ platform, backend, plans: few });
    const after = await deployed({ platform, backend, plans: [...few, thirteenth] });
    expect(partsOf('translator', before)).toMatchObject({ kinds: [], mayRegister: false });
    expect(partsOf('translator', after)).toMatchObject({ kinds, mayRegister: true });
    expect(partsOf('translator', after).pods - partsOf('translator', before).pods).toBe(4 + 2);
    for (const { name } of few) expect(partsOf(name, after).kinds).toEqual(partsOf(name, before).kinds);
  });

  it('that is removed takes every part with it', async () => {
    const after = await deployed({ platform, backend, plans: few.filter(({ name }) => name !== 'researcher') });
    expect(partsOf('researcher', after)).toMatchObject({ kinds: [], mayRegister: false });
    expect(JSON.stringify(after)).not.toContain('researcher');
  });
});

it('with state gets a StatefulSet, all others a Deployment', async () => {
  const objects = await deployed({ platform: gke });
  for (const { name, state } of agentTypes)
    expect(partsOf(name, objects).kinds).toContain(state === 'stateful' ? 'StatefulSet' : 'Deployment');
});

it('that may not grow beyond one pod still has every part', async () => {
  const objects = await deployed({
    platform: gke,
    plans: plans.map((one) => ({ ...one, replicas: { min: 1, max: 1 } })),
  });
  expect(partsOf('devops', objects).kinds).toContain('HorizontalPodAutoscaler');
});

describe('with the longest names there can be', () => {
  const long = 'a'.repeat(31);
  const longest = plans.map((one, index) => ({
    ...one,
    name: `${long.slice(0, 29)}${String.fromCharCode(97 + index)}b`,
  }));

  it('everything is named inside its limit, and nothing twice', async () => {
    const objects = await deployed({
      platform: gke,
      names: createNames('f'.repeat(40), 's'.repeat(63)),
      plans: longest,
      dispatcher: { issuer: { issuer: 'https://issuer.example', jwks: { keys: [] } } },
    });
    const workloads = new Set(['Deployment', 'StatefulSet']);
    for (const { kind, metadata } of objects)
      expect(metadata.name.length).toBeLessThanOrEqual(maxLength(workloads.has(kind) ? 'k8s.workload' : 'k8s.object'));
    const ids = objects.map(
      ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
