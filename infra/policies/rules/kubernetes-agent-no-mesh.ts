import type { Finding, ResourceRule } from '../judge/rule';
import { agents, podsOf, podTypes } from '../judge/pods';
import { forKinds } from '../judge/types';
import { at, text, type Value } from '../judge/value';

/** Labels and annotations by which Istio takes pods in, unless they have one of these values. */
const mesh: Readonly<Record<string, readonly string[]>> = {
  'istio-injection': ['disabled'],
  'istio.io/rev': [],
  'istio.io/dataplane-mode': ['none'],
  'sidecar.istio.io/inject': ['false'],
};

export const rule: ResourceRule = {
  name: 'kubernetes-agent-no-mesh',
  description: 'Keep Istio out of gVisor pods, where it does not work; the dispatcher divides tasks between versions',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: (type) => podTypes(type) || forKinds('Namespace')(type),
  judge: (resource) => [
    ...(at(resource.props, 'metadata.name') === agents.namespace && resource.type.endsWith(':Namespace')
      ? taken(at(resource.props, 'metadata.labels'), 'metadata.labels')
      : []),
    ...podsOf(resource)
      .filter(({ agent, spec }) => agent || at(spec, 'runtimeClassName') === 'gvisor')
      .flatMap(({ labels, path }) => taken(labels, path.replace(/spec$/, 'metadata.labels'))),
  ],
};

function taken(labels: Value, path: string): Finding[] {
  return Object.entries(mesh).flatMap(([key, out]) => {
    const value = at(labels, [key]);
    return value === undefined || typeof value === 'symbol' || out.includes(text(value))
      ? []
      : [
          {
            path: `${path}["${key}"]`,
            fault: `is "${text(value)}": ${out[0] === undefined ? 'take it out' : `set ${out[0]}`}`,
          },
        ];
  });
}
