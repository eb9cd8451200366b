import { child, groupKind, gvkOf, nameOf, namespaceOf, objects, strings, text, type KubeObject } from '../object';
import type { ApiClient } from './client';
import { itemsOf } from './resources';

const mostPods = 3;
const mostEvents = 5;

function troubleOf(pod: KubeObject): string[] {
  const status = child(pod, 'status');
  const containers = [...objects(status['initContainerStatuses']), ...objects(status['containerStatuses'])];
  const stuck = containers.flatMap((container) => {
    const state = child(container, 'state');
    const why = child(state, 'waiting')['reason'] ?? child(state, 'terminated')['reason'];
    const message = child(state, 'waiting')['message'] ?? child(state, 'terminated')['message'];
    return why === undefined ? [] : [`container ${text(container['name'])}: ${text(why)} ${text(message)}`.trim()];
  });
  const unscheduled = objects(status['conditions']).filter(
    (one) => one['type'] === 'PodScheduled' && one['status'] === 'False',
  );
  return [...unscheduled.map((one) => `not scheduled: ${text(one['message'])}`), ...stuck].map(
    (line) => `pod ${nameOf(pod)}: ${line}`,
  );
}

/** Why pods of a workload do not start: what the kubelet and the scheduler say of them, and the latest warnings. */
export async function explain(client: ApiClient, object: KubeObject): Promise<string[]> {
  const namespace = namespaceOf(object);
  const labels = strings(child(object, 'spec', 'selector')['matchLabels']);
  const isWorkload = groupKind(gvkOf(object)).startsWith('apps/') && Object.keys(labels).length > 0;
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const base = `/api/v1/namespaces/${namespace}`;
  const pods = isWorkload
    ? itemsOf(await client.send({ method: 'GET', path: `${base}/pods`, query: { labelSelector } }))
    : [];
  const names = new Set([nameOf(object), ...pods.map(nameOf)]);
  const events =
    namespace === ''
      ? []
      : itemsOf(await client.send({ method: 'GET', path: `${base}/events`, query: { fieldSelector: 'type=Warning' } }));
  const kinds = new Set([text(object['kind']), 'Pod', 'ReplicaSet']);
  const warnings = events
    .map((event) => ({ event, about: child(event, 'involvedObject') }))
    .filter(({ about }) => kinds.has(text(about['kind'])))
    .filter(({ about }) => names.has(text(about['name'])) || text(about['name']).startsWith(`${nameOf(object)}-`))
    .map(({ event }) => `${text(event['reason'])}: ${text(event['message'])}`);
  return [...pods.flatMap(troubleOf).slice(0, mostPods), ...[...new Set(warnings)].slice(-mostEvents)];
}
