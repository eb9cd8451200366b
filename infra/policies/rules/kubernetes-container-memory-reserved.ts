import { expect } from '../judge/expect';
import { eachContainer, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { at, later } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-container-memory-reserved',
  description:
    'Reserve the whole memory of what all depend on, so that it is never the one that a full node ends; agents may borrow',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: podTypes,
  judge: (resource) =>
    eachContainer(resource, ({ container, path }, pod) => {
      const limit = at(container, 'resources.limits.memory');
      if (pod.namespace !== 'factory-system' || limit === later) return [];
      return expect(
        container,
        'resources.requests.memory',
        (request) => request === limit,
        'set it to the limit',
        path,
      );
    }),
};
