import { expect, join, oneOf } from '../judge/expect';
import { eachContainer, podTypes, type Container, type Pod } from '../judge/pods';
import type { Finding, ResourceRule } from '../judge/rule';
import { at, items, later, type Value } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-container-restricted',
  description: 'Run containers as a user, without capabilities or new privileges, on a root that nobody writes to',
  level: 'mandatory',
  source: 'PSS restricted',
  appliesTo: podTypes,
  judge: (resource) =>
    eachContainer(resource, (each, pod) => [
      ...own(each, 'allowPrivilegeEscalation', oneOf(false), 'set false'),
      ...own(each, 'readOnlyRootFilesystem', oneOf(true), 'set true and mount an emptyDir where it writes'),
      ...own(
        each,
        'capabilities.drop',
        (drop) => items(drop).includes('ALL') || items(drop).includes(later),
        'drop ALL',
      ),
      ...orOfPod(each, pod, 'runAsNonRoot', oneOf(true), 'set true'),
      ...orOfPod(each, pod, 'seccompProfile.type', oneOf('RuntimeDefault', 'Localhost'), 'set RuntimeDefault'),
    ]),
};

type Accepted = (value: Value) => boolean;

function own({ container, path }: Container, field: string, accepted: Accepted, remedy: string): Finding[] {
  return expect(container, join('securityContext', field), accepted, remedy, path);
}

/** A container that says nothing has what its pod says. */
function orOfPod(each: Container, pod: Pod, field: string, accepted: Accepted, remedy: string): Finding[] {
  const full = join('securityContext', field);
  return at(each.container, full) === undefined &&
    [at(pod.spec, full)].every((value) => value === later || accepted(value))
    ? []
    : own(each, field, accepted, remedy);
}
