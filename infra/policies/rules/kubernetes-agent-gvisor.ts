import { expect } from '../judge/expect';
import { podsOf, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { text } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-agent-gvisor',
  description: 'Run the pods of agents under gVisor',
  level: 'mandatory',
  source: 'CIS GKE 5.10.3',
  appliesTo: podTypes,
  judge: (resource) =>
    podsOf(resource)
      .filter(({ agent }) => agent)
      .flatMap(({ spec, path }) =>
        expect(spec, 'runtimeClassName', (name) => /gvisor|runsc/.test(text(name)), 'set gvisor', path),
      ),
};
