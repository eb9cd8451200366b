import { expect, isSet, oneOf } from '../judge/expect';
import type { ResourceRule } from '../judge/rule';
import { forKinds } from '../judge/types';
import { at, items, text } from '../judge/value';

const map = 'networking.gke.io/certmap';
const certificates = 'networking.gke.io/pre-shared-certs';

export const rule: ResourceRule = {
  name: 'kubernetes-gateway-managed-certificate',
  description: 'Speak HTTPS at the Gateway, on GKE with a certificate that Google keeps and renews',
  level: 'mandatory',
  source: 'CIS GKE 5.6.7',
  appliesTo: forKinds('Gateway'),
  judge: ({ props }) => {
    const google = text(at(props, 'spec.gatewayClassName')).startsWith('gke-');
    const byMap = isSet(at(props, ['metadata', 'annotations', map]));
    return items(at(props, 'spec.listeners')).flatMap((listener, index) => {
      const path = `spec.listeners[${index}]`;
      const certificate = google ? at(listener, ['tls', 'options', certificates]) : at(listener, 'tls.certificateRefs');
      return [
        ...expect(listener, 'protocol', oneOf('HTTPS', 'TLS'), 'set HTTPS', path),
        ...(byMap || isSet(certificate)
          ? []
          : [
              {
                path: `${path}.tls`,
                fault: google ? `names none: annotate ${map}` : 'names none: add certificateRefs',
              },
            ]),
      ];
    });
  },
};
