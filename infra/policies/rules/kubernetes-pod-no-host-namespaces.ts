import { expect, oneOf } from '../judge/expect';
import { eachContainer, podsOf, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { at, items } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-pod-no-host-namespaces',
  description: 'Share no network, processes or ports of the node',
  level: 'mandatory',
  source: 'PSS baseline',
  appliesTo: podTypes,
  judge: (resource) => [
    ...podsOf(resource).flatMap(({ spec, path }) =>
      ['hostNetwork', 'hostPID', 'hostIPC'].flatMap((field) =>
        expect(spec, field, oneOf(false, undefined), 'leave it out or set false', path),
      ),
    ),
    ...eachContainer(resource, ({ container, path }) =>
      items(at(container, 'ports')).flatMap((port, index) =>
        expect(port, 'hostPort', oneOf(0, undefined), 'use a Service', `${path}.ports[${index}]`),
      ),
    ),
  ],
};
