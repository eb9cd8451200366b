import { labels } from '../labels';

/** LimitRange: a container that names no resources gets small ones, so that nothing runs unbounded. */
export function limitRange(namespace: string) {
  return {
    apiVersion: 'v1' as const,
    kind: 'LimitRange' as const,
    metadata: { name: 'defaults', namespace, labels: labels('namespace', namespace) },
    spec: {
      limits: [
        {
          type: 'Container',
          default: { cpu: '500m', memory: '256Mi' },
          defaultRequest: { cpu: '50m', memory: '128Mi' },
        },
      ],
    },
  };
}
