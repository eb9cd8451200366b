import type * as pulumi from '@pulumi/pulumi';
import type { RedisNetwork } from './manifests/network/dispatcher';

/** How Redis is reached, wherever it is. */
export interface RedisConnection {
  /** redis://host:port, or rediss://host:port for TLS. Without a password. */
  url: pulumi.Input<string>;
  /** Password, or AUTH string. Defaults to none. */
  password?: pulumi.Input<string>;
  /** Authorities (PEM) of its certificate, with TLS. Defaults to those of the platform. */
  caCertificate?: pulumi.Input<string>;
  /** Name in its certificate, when the URL has an address. Defaults to the host of the URL. */
  tlsServerName?: pulumi.Input<string>;
  /** Where it is, for network policies. */
  network: RedisNetwork<pulumi.Input<string>>;
}
