import type { ResourceRule } from '../judge/rule';
import { textLooksSecret } from '../judge/secrets';
import { forKinds } from '../judge/types';
import { at, fields, text } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-configmap-no-secrets',
  description: 'Keep secrets in Secrets: everybody who may look at the namespace reads its ConfigMaps',
  level: 'mandatory',
  source: 'CIS Kubernetes 5.4.1',
  appliesTo: forKinds('ConfigMap'),
  judge: ({ props }) =>
    Object.entries(fields(at(props, 'data'))).flatMap(([key, value]) => {
      const why = textLooksSecret(key, text(value));
      return why === undefined ? [] : [{ path: `data["${key}"]`, fault: `${why}: move it to a Secret` }];
    }),
};
