import { labels } from './labels';

/** Where the models lie, as the back end's driver names it. */
export type ModelVolumeSource =
  | { backend: 'gcsfuse'; bucket: string }
  | { backend: 'hyperdisk-ml'; project: string; zones: readonly string[]; disk: string }
  | { backend: 'filestore'; location: string; instance: string; share: string; address: string };

interface ModelVolumeOptions {
  /** Name of volume and claim. */
  name: string;
  /** Namespace of the claim. */
  namespace: string;
  sizeGb: number;
  source: ModelVolumeSource;
}

/** A volume that any number of pods on any number of nodes read and none can write, bound to the one claim named. */
export function modelVolume({ name, namespace, sizeGb, source }: ModelVolumeOptions) {
  return {
    metadata: { name, labels: labels('models') },
    spec: {
      accessModes: ['ReadOnlyMany'],
      capacity: { storage: `${sizeGb}Gi` },
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: '',
      claimRef: { namespace, name },
      ...driver(source),
    },
  };
}

/** The claim of a model volume. */
export function modelClaim({ name, namespace, sizeGb }: Omit<ModelVolumeOptions, 'source'>) {
  return {
    metadata: { name, namespace, labels: labels('models') },
    spec: {
      accessModes: ['ReadOnlyMany'],
      storageClassName: '',
      volumeName: name,
      resources: { requests: { storage: `${sizeGb}Gi` } },
    },
  };
}

function driver(source: ModelVolumeSource) {
  if (source.backend === 'gcsfuse')
    return {
      // Weights are few, large and never change: listed with their folders, kept on the node once read.
      mountOptions: ['implicit-dirs', 'file-cache:max-size-mb:-1', 'file-cache:enable-parallel-downloads:true'],
      csi: { driver: 'gcsfuse.csi.storage.gke.io', volumeHandle: source.bucket, readOnly: true },
    };
  if (source.backend === 'filestore')
    return {
      csi: {
        driver: 'filestore.csi.storage.gke.io',
        volumeHandle: `modeInstance/${source.location}/${source.instance}/${source.share}`,
        volumeAttributes: { ip: source.address, volume: source.share },
        readOnly: true,
      },
    };
  const [zone] = source.zones;
  const place = source.zones.length === 1 && zone !== undefined ? zone : 'multi-zone';
  return {
    csi: {
      driver: 'pd.csi.storage.gke.io',
      volumeHandle: `projects/${source.project}/zones/${place}/disks/${source.disk}`,
      fsType: 'ext4',
      readOnly: true,
    },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'topology.gke.io/zone', operator: 'In', values: [...source.zones] }] },
        ],
      },
    },
  };
}
