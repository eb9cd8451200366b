import type { Finding, ResourceRule } from '../judge/rule';
import { forKinds } from '../judge/types';
import { at, items, text, type Value } from '../judge/value';

const everybody = ['system:anonymous', 'system:unauthenticated', 'system:authenticated'];
const climbing = ['escalate', 'bind', 'impersonate'];

export const rule: ResourceRule = {
  name: 'kubernetes-rbac-least-privilege',
  description: 'Grant verbs on resources by name, to names: no wildcards, no cluster-admin, nothing to everybody',
  level: 'mandatory',
  source: 'CIS GKE 4.1.1, 4.1.3',
  appliesTo: forKinds('Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'),
  judge: ({ props }) => [
    ...items(at(props, 'rules')).flatMap((grant, index) => verbs(grant, `rules[${index}]`)),
    ...(at(props, 'roleRef.name') === 'cluster-admin'
      ? [{ path: 'roleRef.name', fault: 'is cluster-admin: name a role for what is needed' }]
      : []),
    ...items(at(props, 'subjects')).flatMap((subject, index) =>
      everybody.includes(text(at(subject, 'name')))
        ? [{ path: `subjects[${index}].name`, fault: `is ${text(at(subject, 'name'))}: name who needs it` }]
        : [],
    ),
  ],
};

function verbs(grant: Value, path: string): Finding[] {
  const has = (field: string, value: string) => items(at(grant, field)).includes(value);
  return [
    ...(has('verbs', '*') ? [{ path: `${path}.verbs`, fault: 'is *: name the verbs' }] : []),
    ...(has('apiGroups', '*') && has('resources', '*')
      ? [{ path: `${path}.resources`, fault: 'is * of every group: name the resources' }]
      : []),
    ...climbing
      .filter((verb) => has('verbs', verb))
      .map((verb) => ({
        path: `${path}.verbs`,
        fault: `holds ${verb}, by which it gets any other right: take it out`,
      })),
  ];
}
