import { externalMetricsApi, queueMetricLabel, queueMetricName, type AgentTypeName } from '@agent-factory/contract';
import { apiPath, documents } from './documents';
import type { DepthReader, Depths } from './reader';
import { typesOf } from './selector';
import { StatusError } from './status';

/** What of a request decides its answer. */
export interface Asked {
  method: string;
  /** Path and query, as they came. */
  url: string;
  /** The Accept header. */
  accept: string | undefined;
}

export interface AnswerOptions {
  reader: DepthReader;
  /** Namespaces that are answered; none: all. */
  namespaces: readonly string[];
}

const metricPattern = new RegExp(`^${apiPath}/namespaces/([^/]+)/([^/]+)$`);

/** What the API answers an authenticated caller. Throws StatusError. */
export async function answer(asked: Asked, options: AnswerOptions): Promise<object> {
  const url = urlOf(asked.url);
  const document = documents[url.pathname];
  const [, namespace, metric] = metricPattern.exec(url.pathname) ?? [];
  if (document === undefined && namespace === undefined)
    throw new StatusError('NotFound', 'the server could not find the requested resource');
  if (asked.method !== 'GET')
    throw new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource');
  if (!acceptsJson(asked.accept))
    throw new StatusError('NotAcceptable', 'only the following media types are accepted: application/json');
  if (document !== undefined) return document;
  if (metric !== queueMetricName)
    throw new StatusError('NotFound', `the only metric is ${queueMetricName}, not ${JSON.stringify(metric)}`);
  if (options.namespaces.length > 0 && !options.namespaces.includes(namespace ?? ''))
    throw new StatusError('NotFound', `this metric is not that of namespace ${JSON.stringify(namespace)}`);
  refuseUnsupported(url.searchParams);
  const types = typesOf(url.searchParams.get('labelSelector') ?? '');
  return valueList(types, await options.reader.read());
}

function urlOf(url: string): URL {
  try {
    return new URL(url, 'https://adapter');
  } catch {
    throw new StatusError('BadRequest', 'the request has no valid path');
  }
}

/** Parameters that would change the answer if they were heeded; others, such as `timeout`, do no harm. */
function refuseUnsupported(query: URLSearchParams): void {
  if ((query.get('fieldSelector') ?? '') !== '')
    throw new StatusError('BadRequest', 'fieldSelector is not supported here');
  if (['1', 'true'].includes(query.get('watch') ?? ''))
    throw new StatusError('MethodNotAllowed', 'this resource cannot be watched');
  if (query.getAll('labelSelector').length > 1) throw new StatusError('BadRequest', 'labelSelector is given twice');
}

function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  return types.some((type) => type === 'application/json' || type === 'application/*' || type === '*/*');
}

function valueList(types: readonly AgentTypeName[], { at, of }: Depths) {
  const timestamp = new Date(at).toISOString();
  return {
    kind: 'ExternalMetricValueList',
    apiVersion: `${externalMetricsApi.group}/${externalMetricsApi.version}`,
    metadata: {},
    items: types.map((type) => ({
      metricName: queueMetricName,
      metricLabels: { [queueMetricLabel]: type },
      timestamp,
      value: valueOf(of.get(type)),
    })),
  };
}

/** A Kubernetes quantity. A type that was not read is no zero. */
function valueOf(depth: number | undefined): string {
  if (depth === undefined) throw new StatusError('ServiceUnavailable', 'the type was not read');
  return String(depth);
}
