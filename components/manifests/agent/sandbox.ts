import type { Platform } from '../platform';

/** A folder of a pod. */
interface Folder {
  name: string;
  emptyDir?: { sizeLimit: string };
}

/** Folders that both containers see; any other is one container's own. */
const shared: readonly string[] = ['run', 'workspace'];

/**
 * Tells gVisor which folders its containers share: without it each sees the files of the other but not its sockets, and a full folder ends
 * the pod where a program should get "no space left". On GKE an admission controller says it (gvisor.dev: pkg/shim/v1/utils/volumes.go); elsewhere
 * these annotations do, and containerd must hand them on: `pod_annotations = ["dev.gvisor.*"]` of the runtime.
 */
export function sandboxAnnotations({ kind }: Platform, folders: readonly Folder[]): Record<string, string> {
  if (kind === 'gke') return {};
  const prefix = 'dev.gvisor.spec.mount';
  return Object.fromEntries(
    folders.flatMap(({ name, emptyDir }) =>
      emptyDir === undefined
        ? []
        : [
            [`${prefix}.${name}.type`, 'bind'],
            [`${prefix}.${name}.share`, shared.includes(name) ? 'pod' : 'container'],
            [`${prefix}.${name}.options`, `rw,size=${bytes(emptyDir.sizeLimit)}`],
          ],
    ),
  );
}

const units: Readonly<Record<string, number>> = { Mi: 1_048_576, Gi: 1_073_741_824 };

function bytes(quantity: string): number {
  return Number.parseInt(quantity, 10) * (units[quantity.slice(-2)] ?? 1);
}
