import type { Kubernetes } from '../kubernetes/client';
import { KubernetesError } from '../kubernetes/error';
import type { ReleaseOrder } from './port';

/** `gone`: there is no such pod; `replaced`: its name has another uid; `refused`: it lacks the labels of an agent's pod. */
export type Outcome = 'deleted' | 'gone' | 'replaced' | 'refused';

/** Deletes the pod of one order if it still is that pod, and one of an agent. Throws when the API cannot be asked or refuses. */
export async function recycleOne(
  kubernetes: Pick<Kubernetes, 'getPod' | 'deletePod'>,
  { namespace, labels }: { namespace: string; labels: Readonly<Record<string, string>> },
  { pod, uid }: Pick<ReleaseOrder, 'pod' | 'uid'>,
): Promise<Outcome> {
  const found = await kubernetes.getPod(namespace, pod);
  if (found === undefined) return 'gone';
  if (found.uid !== uid) return 'replaced';
  if (!Object.entries(labels).every(([key, value]) => found.labels[key] === value)) return 'refused';
  try {
    await kubernetes.deletePod(namespace, pod, uid);
    return 'deleted';
  } catch (error) {
    if (!(error instanceof KubernetesError) || (error.status !== 404 && error.status !== 409)) throw error;
    const now = await kubernetes.getPod(namespace, pod);
    if (now === undefined) return 'gone';
    if (now.uid !== uid) return 'replaced';
    throw error;
  }
}
