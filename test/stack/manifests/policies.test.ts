import { plain } from '../../../infra/policies/judge/value';
import type { Resource } from '../../../infra/policies/judge/rule';
import { rules } from '../../../infra/policies/rules';
import { recordFactory, type FactoryOptions } from '../../components/cluster/factory';
import { existing, gke, plan } from '../../components/cluster/fixtures';

/** What the policy pack says of the cluster half in prod, without an engine. */

jest.setTimeout(60_000);

const few = [plan('python'), plan('tester'), plan('ml')];

async function faultsOf(options: FactoryOptions): Promise<string[]> {
  const { recording } = await recordFactory({ plans: few, ...options });
  const resources: Resource[] = recording.all
    .filter(({ custom }) => custom)
    .map(({ type, name, urn, inputs, protect }) => ({
      type,
      name,
      urn,
      props: plain(inputs),
      protect,
      environment: 'prod',
    }));
  return rules.flatMap((rule) => {
    const found =
      'judge' in rule
        ? resources
            .filter(({ type }) => rule.appliesTo(type))
            .flatMap((resource) => rule.judge(resource).map((finding) => ({ ...finding, resource })))
        : rule.judgeStack(resources);
    return found.map(({ resource, path, fault }) => `${rule.name}: ${resource?.name ?? 'the stack'}: ${path} ${fault}`);
  });
}

/** Rules that are about the other half, which is not here. */
const ofTheCloud = /^(?!kubernetes-)/;

it.each<[string, FactoryOptions]>([
  ['on GKE, for the VPC', { platform: gke, exposure: 'internal' }],
  ['on GKE, for the internet, with GKE’s metric', { platform: gke, exposure: 'external', backend: 'gke' }],
  ['on a cluster that is there', { platform: existing, exposure: 'internal' }],
  ['with KEDA', { platform: existing, backend: 'keda' }],
])('the factory %s breaks no rule of the pack', async (_name, options) => {
  expect((await faultsOf(options)).filter((fault) => !ofTheCloud.test(fault))).toEqual([]);
});

it('the judge is awake: what is planted is found', async () => {
  const faults = await faultsOf({ platform: { ...gke, runtimeClass: 'runc' } });
  expect(faults.some((fault) => fault.startsWith('kubernetes-agent-gvisor: agent-tester-workload'))).toBe(true);
});
