import { agentPodLabels, agentTokenAudience } from '@agent-factory/contract';
import type { Names } from '../../names';
import { namespaces } from '../../types';
import { tokenSeconds } from '../agent/settings';
import { labels } from '../labels';
import type { Platform } from '../platform';

/** What the admission of agents' pods is made with. */
interface AdmissionOptions {
  names: Names;
  platform: Platform;
  /** Whether images must be named by digest. */
  requireDigests: boolean;
}

/** A rule in the Common Expression Language, and what is said when it is broken. */
interface Rule {
  expression: string;
  message: string;
}

const container = (condition: string): string => `variables.containers.all(c, ${condition})`;

function rules({ platform, requireDigests }: AdmissionOptions): Rule[] {
  return [
    {
      expression: `object.spec.?runtimeClassName.orValue('') == '${platform.runtimeClass}'`,
      message: `agents run under gVisor: runtimeClassName is not ${platform.runtimeClass}`,
    },
    {
      expression: 'object.spec.?automountServiceAccountToken.orValue(true) == false',
      message: 'agents have no token of the Kubernetes API: automountServiceAccountToken is not false',
    },
    {
      expression: ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace']
        .map((field) => `!object.spec.?${field}.orValue(false)`)
        .join(' && '),
      message: 'agents share no namespace of the node, and their containers no processes',
    },
    {
      expression: 'object.spec.?ephemeralContainers.orValue([]).size() == 0',
      message: 'no debug container is put into an agent: it would hold what the agent may not',
    },
    {
      expression:
        'object.spec.?volumes.orValue([]).all(v, has(v.emptyDir) || has(v.configMap) || has(v.persistentVolumeClaim) || has(v.projected))',
      message: 'agents mount empty folders, ConfigMaps, claims and their own token: nothing of the node, no Secret',
    },
    {
      expression: `variables.projections.all(v, v.projected.?sources.orValue([]).all(s, has(s.serviceAccountToken) && s.serviceAccountToken.?audience.orValue('') == '${agentTokenAudience}' && s.serviceAccountToken.?expirationSeconds.orValue(3600) <= ${tokenSeconds}))`,
      message: `an agent's token is for the audience ${agentTokenAudience} and lives ${tokenSeconds} s at most`,
    },
    {
      expression: container(
        "c.name == 'agent' || c.?volumeMounts.orValue([]).all(m, !(m.name in variables.tokenVolumes))",
      ),
      message: 'only the container agent holds the token',
    },
    {
      expression: container(
        [
          'c.?securityContext.?runAsNonRoot.orValue(false)',
          'c.?securityContext.?runAsUser.orValue(0) > 0',
          '!c.?securityContext.?privileged.orValue(false)',
          '!c.?securityContext.?allowPrivilegeEscalation.orValue(true)',
          'c.?securityContext.?readOnlyRootFilesystem.orValue(false)',
          "c.?securityContext.?capabilities.?drop.orValue([]).exists(d, d == 'ALL')",
          'c.?securityContext.?capabilities.?add.orValue([]).size() == 0',
        ].join(' && '),
      ),
      message: 'containers of agents run as a user, without capabilities, on a read-only root',
    },
    {
      expression: container(
        "'cpu' in c.?resources.?limits.orValue({}) && 'memory' in c.?resources.?limits.orValue({})",
      ),
      message: 'containers of agents have limits of CPU and memory',
    },
    {
      expression: Object.entries(agentPodLabels)
        .map(([key, value]) => `object.metadata.?labels.orValue({})[?'${key}'].orValue('') == '${value}'`)
        .join(' && '),
      message: 'pods of agents carry the labels by which the recycler and the network policies know them',
    },
    ...(requireDigests
      ? [{ expression: container("c.image.contains('@sha256:')"), message: 'images are named by digest' }]
      : []),
  ];
}

/** ValidatingAdmissionPolicy for every pod of the agents' namespace, whoever makes it. */
export function agentAdmissionPolicy(options: AdmissionOptions) {
  const name = admissionName(options.names);
  return {
    apiVersion: 'admissionregistration.k8s.io/v1' as const,
    kind: 'ValidatingAdmissionPolicy' as const,
    metadata: { name, labels: labels('namespace', name) },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['pods', 'pods/ephemeralcontainers'],
          },
        ],
      },
      variables: [
        { name: 'containers', expression: 'object.spec.containers + object.spec.?initContainers.orValue([])' },
        { name: 'projections', expression: 'object.spec.?volumes.orValue([]).filter(v, has(v.projected))' },
        { name: 'tokenVolumes', expression: 'variables.projections.map(v, v.name)' },
      ],
      validations: rules(options).map((rule) => ({ ...rule, reason: 'Forbidden' })),
    },
  };
}

/** Puts the policy to work in the agents' namespace. */
export function agentAdmissionBinding({ names }: Pick<AdmissionOptions, 'names'>) {
  const name = admissionName(names);
  return {
    apiVersion: 'admissionregistration.k8s.io/v1' as const,
    kind: 'ValidatingAdmissionPolicyBinding' as const,
    metadata: { name, labels: labels('namespace', name) },
    spec: {
      policyName: name,
      validationActions: ['Deny', 'Audit'],
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaces.agents } },
      },
    },
  };
}

const admissionName = (names: Names): string => names('k8s.object', 'factory', 'agent', 'pods');
