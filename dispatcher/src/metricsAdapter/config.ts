import { externalMetricsApi } from '@agent-factory/contract';
import { z } from 'zod';

const file = z.string().min(1).max(4_096);

/** The `metrics_adapter` part of the dispatcher's configuration. */
export const metricsAdapterConfigSchema = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(externalMetricsApi.port)
    .describe('Port of the external metrics API (HTTPS); 0 takes a free one'),
  cert_file: file.describe(
    'Serving certificate (PEM, chain included), for `<service>.<namespace>.svc`; read again every 10 s',
  ),
  key_file: file.describe('Its key (PEM); read again every 10 s'),
  client_ca_file: file.describe(
    'Authorities of the API aggregator (PEM): requestheader-client-ca-file of ConfigMap kube-system/extension-apiserver-authentication; read again every 10 s',
  ),
  allowed_names: z
    .array(z.string().min(1).max(253))
    .max(100)
    .default([])
    .describe(
      'Common names that the client certificate may have: requestheader-allowed-names of the same ConfigMap; none: any certificate of those authorities',
    ),
  namespaces: z
    .array(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is not a name of a namespace'))
    .max(1_000)
    .default([])
    .describe('Namespaces whose HPAs are answered; none: all'),
});
export type MetricsAdapterConfig = z.output<typeof metricsAdapterConfigSchema>;
