import { accessBindings, operatorRole } from '../../../components/manifests/namespace/access';
import { agentAdmissionBinding, agentAdmissionPolicy } from '../../../components/manifests/namespace/admission';
import { limitRange } from '../../../components/manifests/namespace/limitRange';
import { agentsNamespace, systemNamespace } from '../../../components/manifests/namespace/namespaces';
import { priorityClasses } from '../../../components/manifests/namespace/priorityClasses';
import { labels, selector } from '../../../components/manifests/labels';
import { platformOf } from '../../../components/manifests/platform';
import { gke, names } from '../cluster/fixtures';

describe('the namespaces', () => {
  it('enforce the restricted pod security standard', () => {
    for (const { metadata } of [systemNamespace(), agentsNamespace()])
      expect(metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      });
  });

  it('keep a mesh out of the sandboxes, whatever labels are added', () => {
    const { labels: all } = agentsNamespace({ team: 'platform', 'istio-injection': 'enabled' }).metadata;
    expect(all).toMatchObject({ team: 'platform', 'istio-injection': 'disabled', 'istio.io/dataplane-mode': 'none' });
  });

  it('give small resources to a container that names none', () => {
    expect(limitRange('factory-agents').spec.limits[0]).toMatchObject({
      type: 'Container',
      default: { memory: '256Mi' },
    });
  });
});

describe('groups', () => {
  const access = { viewers: ['look@example.com'], operators: ['run@example.com'], admins: ['own@example.com'] };
  const bound = (given: typeof access) =>
    accessBindings('factory-agents', given, names).map(({ binding }) => ({
      role: `${binding.roleRef.kind} ${binding.roleRef.name}`,
      groups: binding.subjects.map(({ kind, name }) => `${kind} ${name}`),
    }));

  it('may look, operate or administer, in the namespaces alone', () => {
    expect(bound(access)).toEqual([
      { role: 'ClusterRole view', groups: ['Group look@example.com', 'Group run@example.com'] },
      { role: 'Role factory-operator', groups: ['Group run@example.com'] },
      { role: 'ClusterRole admin', groups: ['Group own@example.com'] },
    ]);
    expect(bound({ viewers: [], operators: [], admins: [] })).toEqual([]);
  });

  it('of operators may neither read Secrets nor get into a pod', () => {
    const may = operatorRole('factory-agents', names).rules.flatMap(({ resources, verbs }) =>
      resources.map((resource) => `${resource}: ${verbs.join(' ')}`),
    );
    expect(may.filter((right) => /secret|exec|attach|portforward|ephemeral|\*/.test(right))).toEqual([]);
    expect(may).toContain('deployments: patch');
    expect(may).toContain('pods: delete');
  });
});

it('puts the factory’s own programs before agents, and lets no agent push another out', () => {
  const { system, agents } = priorityClasses(names);
  expect(system.value).toBeGreaterThan(agents.value);
  expect(agents.preemptionPolicy).toBe('Never');
  expect([system, agents].some(({ globalDefault }) => globalDefault)).toBe(false);
});

describe('the admission of agents’ pods', () => {
  const policy = (requireDigests: boolean) => agentAdmissionPolicy({ names, platform: gke, requireDigests });

  it('denies, in the agents’ namespace and nowhere else', () => {
    const { spec } = agentAdmissionBinding({ names });
    expect(spec.validationActions).toEqual(['Deny', 'Audit']);
    expect(spec.policyName).toBe(policy(true).metadata.name);
    expect(spec.matchResources.namespaceSelector.matchLabels).toEqual({
      'kubernetes.io/metadata.name': 'factory-agents',
    });
    expect(policy(true).spec.failurePolicy).toBe('Fail');
  });

  it('asks for digests only where they are required', () => {
    const expressions = (digests: boolean) => policy(digests).spec.validations.map(({ expression }) => expression);
    expect(expressions(true).filter((text) => text.includes('@sha256:'))).toHaveLength(1);
    expect(expressions(false)).toEqual(expressions(true).slice(0, -1));
  });

  it('names the class of the cluster’s own gVisor', () => {
    const platform = platformOf({ kind: 'existing', version: '1.34', runtimeClass: 'runsc' });
    const [first] = agentAdmissionPolicy({ names, platform, requireDigests: false }).spec.validations;
    expect(first?.expression).toContain("== 'runsc'");
  });
});

describe('labels', () => {
  it('select by what never changes', () => {
    expect(labels('dispatcher', 'serve')).toMatchObject(selector('dispatcher', 'serve'));
    expect(Object.keys(selector('dispatcher', 'serve'))).toHaveLength(2);
  });
});

it('knows what a cluster can do by its kind and version', () => {
  const can = (kind: 'gke' | 'existing', version: string) => platformOf({ kind, version }).can;
  expect(can('gke', '1.36')).toMatchObject({ hpaTolerance: true, scaleToZero: false, hostPolicies: true });
  expect(can('existing', '1.34')).toMatchObject({ hpaTolerance: false, hostPolicies: false, managedPrometheus: false });
  expect(can('existing', '1.37').scaleToZero).toBe(true);
  expect(() => platformOf({ kind: 'gke', version: '1.x' })).toThrow(
    '[version] "1.x" is not a minor version such as 1.36',
  );
});
