/** Where every cluster says by which certificates its API aggregator proves itself. */
export const requestHeaderConfig = {
  namespace: 'kube-system',
  name: 'extension-apiserver-authentication',
  clientCa: 'requestheader-client-ca-file',
  allowedNames: 'requestheader-allowed-names',
} as const;

/** By what the metrics adapter knows the aggregator. */
export interface RequestHeader {
  /** Authorities (PEM) of its client certificate. */
  clientCa: string;
  /** Common names that the certificate may have; none: any. */
  allowedNames: string[];
}

/**
 * Reads the ConfigMap's data. undefined when the cluster does not say, as in a preview before there is one. Throws when the
 * names are not a JSON list.
 */
export function parseRequestHeader(data: Readonly<Record<string, string>> | undefined): RequestHeader | undefined {
  const clientCa = data?.[requestHeaderConfig.clientCa];
  if (clientCa === undefined) return undefined;
  const names: unknown = JSON.parse(data?.[requestHeaderConfig.allowedNames] ?? '[]');
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw new Error(`[${requestHeaderConfig.allowedNames}] is not a list of names`);
  return { clientCa, allowedNames: names };
}
