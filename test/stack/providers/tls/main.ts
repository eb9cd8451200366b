import { openSchemas } from '../shared/schema/cache';
import { serve } from '../shared/server';
import { createStatelessProvider } from '../shared/stateless';
import { certificateRequest, privateKey, selfSigned, signedBy } from './openssl';
import type { ValueObject } from '../shared/values';

const text = (value: ValueObject[string] | undefined): string => (typeof value === 'string' ? value : '');

/** Stands in for the provider `tls`, whose plugin is not to be had offline: real keys and certificates by openssl, kept in the state. */
void serve(
  createStatelessProvider('tls', openSchemas('@pulumi/tls'), {
    'tls:index/privateKey:PrivateKey': {
      make: (inputs) => privateKey(inputs),
      secret: ['privateKeyPem', 'privateKeyPemPkcs8', 'privateKeyOpenssh'],
    },
    'tls:index/certRequest:CertRequest': {
      make: (inputs) => ({ certRequestPem: certificateRequest(inputs) }),
      secret: ['privateKeyPem'],
    },
    'tls:index/selfSignedCert:SelfSignedCert': {
      make: (inputs) => ({ certPem: selfSigned(inputs), readyForRenewal: false }),
      secret: ['privateKeyPem'],
    },
    'tls:index/locallySignedCert:LocallySignedCert': {
      make: (inputs) => ({
        certPem: signedBy(inputs, text(inputs['caCertPem']), text(inputs['caPrivateKeyPem'])),
        readyForRenewal: false,
      }),
      secret: ['caPrivateKeyPem'],
    },
  }),
);
