import { externalMetricsApi, queueMetricName } from '@agent-factory/contract';

const { group, version } = externalMetricsApi;
const groupVersion = `${group}/${version}`;

/** Where the API's resources are. */
export const apiPath = `/apis/${groupVersion}`;

const groupEntry = {
  name: group,
  versions: [{ groupVersion, version }],
  preferredVersion: { groupVersion, version },
};

const info = { title: 'Agent Factory external metrics', version };
const metricPath = `${apiPath}/namespaces/{namespace}/${queueMetricName}`;
const text = (name: string, where: 'path' | 'query') => ({ name, in: where, required: where === 'path' });

/** Documents by path: what the API aggregator and clients such as kubectl ask to learn what is served here. */
export const documents: Readonly<Record<string, object>> = {
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [groupEntry] },
  [`/apis/${group}`]: { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry },
  [apiPath]: {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: [
      {
        name: queueMetricName,
        singularName: '',
        namespaced: true,
        kind: 'ExternalMetricValueList',
        verbs: ['get'],
      },
    ],
  },
  '/openapi/v2': {
    swagger: '2.0',
    info,
    paths: {
      [metricPath]: {
        get: {
          operationId: 'readTaskQueueDepth',
          produces: ['application/json'],
          parameters: [
            { ...text('namespace', 'path'), type: 'string' },
            { ...text('labelSelector', 'query'), type: 'string' },
          ],
          responses: { 200: { description: 'OK' }, 401: { description: 'Unauthorized' } },
        },
      },
    },
    definitions: {},
  },
  '/openapi/v3': { paths: { [apiPath.slice(1)]: { serverRelativeURL: `/openapi/v3${apiPath}` } } },
  [`/openapi/v3${apiPath}`]: {
    openapi: '3.0.0',
    info,
    paths: {
      [metricPath]: {
        get: {
          operationId: 'readTaskQueueDepth',
          parameters: [
            { ...text('namespace', 'path'), schema: { type: 'string' } },
            { ...text('labelSelector', 'query'), schema: { type: 'string' } },
          ],
          responses: { 200: { description: 'OK' }, 401: { description: 'Unauthorized' } },
        },
      },
    },
  },
};
