import { expect, oneOf } from '../judge/expect';
import { eachContainer, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { items } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-container-privileged',
  description: 'Give no container the rights of its node',
  level: 'mandatory',
  source: 'PSS baseline',
  appliesTo: podTypes,
  judge: (resource) =>
    eachContainer(resource, ({ container, path }) => [
      ...expect(container, 'securityContext.privileged', oneOf(false, undefined), 'leave it out or set false', path),
      ...expect(
        container,
        'securityContext.capabilities.add',
        (added) => items(added).every((capability) => capability === 'NET_BIND_SERVICE'),
        'add none',
        path,
      ),
    ]),
};
