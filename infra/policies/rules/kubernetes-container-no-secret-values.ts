import { eachContainer, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';
import { looksSecret, textLooksSecret } from '../judge/secrets';
import { at, items, text } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-container-no-secret-values',
  description:
    'Hand secrets to containers as files of a Secret, not as plain values that whoever sees the pod sees too',
  level: 'mandatory',
  source: 'CIS Kubernetes 5.4.1',
  appliesTo: podTypes,
  judge: (resource) =>
    eachContainer(resource, ({ container, path }) => [
      ...items(at(container, 'env')).flatMap((entry) => {
        const name = text(at(entry, 'name'));
        const why = textLooksSecret(name, text(at(entry, 'value')));
        return why === undefined ? [] : [{ path: `${path}.env[${name}]`, fault: `${why}: mount it from a Secret` }];
      }),
      ...['command', 'args'].flatMap((list) =>
        items(at(container, list)).flatMap((word, index) => {
          const why = looksSecret('', text(word));
          return why === undefined
            ? []
            : [{ path: `${path}.${list}[${index}]`, fault: `${why}: mount it from a Secret` }];
        }),
      ),
    ]),
};
