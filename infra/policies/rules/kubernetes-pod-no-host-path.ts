import { isSet } from '../judge/expect';
import { podsOf, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { at, items, later } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-pod-no-host-path',
  description: 'Mount nothing of the node',
  level: 'mandatory',
  source: 'PSS baseline',
  appliesTo: podTypes,
  judge: (resource) =>
    podsOf(resource).flatMap(({ spec, path }) =>
      items(at(spec, 'volumes')).flatMap((volume, index) =>
        at(volume, 'hostPath') === later || !isSet(at(volume, 'hostPath'))
          ? []
          : [{ path: `${path}.volumes[${index}].hostPath`, fault: 'is a folder of the node: use emptyDir or a claim' }],
      ),
    ),
};
