import { expect, isSet } from '../judge/expect';
import { eachContainer, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'kubernetes-container-requests-limits',
  description: 'Say what every container needs and may use of CPU and memory',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: podTypes,
  judge: (resource) =>
    eachContainer(resource, ({ container, path }) =>
      ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'].flatMap((field) =>
        expect(container, `resources.${field}`, isSet, 'set a quantity', path),
      ),
    ),
};
