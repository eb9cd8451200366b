import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import * as tls from '@pulumi/tls';
import { labels } from './manifests/labels';
import type { Names } from './names';

export interface ServingCertificateArgs {
  names: Names;
  /** Service that the certificate is for. */
  service: string;
  /** Namespace of that Service. */
  namespace: string;
}

const hoursAYear = 8_760;

/**
 * A certificate for one Service of the cluster, from an authority made for it alone. Both are kept in the state, secret; an `up` in the last half year
 * of the authority's ten, or the last 90 days of the certificate's two, makes new ones.
 */
export class ServingCertificate extends pulumi.ComponentResource {
  /** Secret with tls.crt and tls.key. */
  readonly secretName: string;
  /** The authority, as an APIService takes it: base64 of PEM. */
  readonly caBundle: pulumi.Output<string>;

  constructor(name: string, args: ServingCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:ServingCertificate', name, {}, opts);
    const { service, namespace, names } = args;
    const authorityKey = this.key(`${name}-authority-key`);
    const authority = new tls.SelfSignedCert(
      `${name}-authority`,
      {
        privateKeyPem: authorityKey.privateKeyPem,
        isCaCertificate: true,
        subject: { commonName: `${service}-authority` },
        validityPeriodHours: 10 * hoursAYear,
        earlyRenewalHours: hoursAYear / 2,
        allowedUses: ['cert_signing', 'crl_signing'],
      },
      { parent: this },
    );
    const key = this.key(`${name}-key`);
    const certificate = this.sign(name, args, authorityKey, authority, key);
    this.secretName = names('k8s.object', service, 'tls');
    new core.Secret(
      `${name}-secret`,
      {
        metadata: { name: this.secretName, namespace, labels: labels('queue-metric') },
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': certificate.certPem, 'tls.key': key.privateKeyPem },
      },
      { parent: this },
    );
    this.caBundle = authority.certPem.apply((pem) => Buffer.from(pem).toString('base64'));
    this.registerOutputs({ caBundle: this.caBundle });
  }

  private key(name: string): tls.PrivateKey {
    return new tls.PrivateKey(name, { algorithm: 'ECDSA', ecdsaCurve: 'P256' }, { parent: this });
  }

  private sign(
    name: string,
    { service, namespace }: ServingCertificateArgs,
    authorityKey: tls.PrivateKey,
    authority: tls.SelfSignedCert,
    key: tls.PrivateKey,
  ): tls.LocallySignedCert {
    const dnsNames = [`${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
    const request = new tls.CertRequest(
      `${name}-request`,
      { privateKeyPem: key.privateKeyPem, subject: { commonName: dnsNames[0] ?? service }, dnsNames },
      { parent: this },
    );
    return new tls.LocallySignedCert(
      name,
      {
        caPrivateKeyPem: authorityKey.privateKeyPem,
        caCertPem: authority.certPem,
        certRequestPem: request.certRequestPem,
        validityPeriodHours: 2 * hoursAYear,
        earlyRenewalHours: 90 * 24,
        allowedUses: ['digital_signature', 'key_encipherment', 'server_auth'],
      },
      { parent: this },
    );
  }
}
