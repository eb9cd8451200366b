import { ModelStore, type ModelStoreArgs } from '../../components/modelStore';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const args: ModelStoreArgs = {
  names,
  project,
  region: 'europe-west1',
  zones: ['europe-west1-b'],
  backend: 'gcsfuse',
  sizeGb: 1024,
  namespace: 'factory-agents',
  protect: true,
};
const make = (over: Partial<ModelStoreArgs>) => recordCloud(() => new ModelStore('models', { ...args, ...over }));
const volumeOf = async (over: Partial<ModelStoreArgs>) =>
  (await make(over)).recording.one('kubernetes:core/v1:PersistentVolume').inputs.spec;

describe('the store of models', () => {
  it.each(['gcsfuse', 'hyperdisk-ml', 'filestore'] as const)(
    'is a volume that %s keeps and nobody writes',
    async (backend) => {
      const over: Partial<ModelStoreArgs> = {
        backend,
        snapshot: 'models-1',
        network: { networkName: 'factory-dev', privateServices: '10.40.0.0/20' },
      };
      const { recording, result } = await make(over);
      expect(recording.one('kubernetes:core/v1:PersistentVolume').inputs).toMatchObject({
        metadata: { name: 'models' },
        spec: {
          accessModes: ['ReadOnlyMany'],
          capacity: { storage: '1024Gi' },
          claimRef: { namespace: 'factory-agents', name: 'models' },
          csi: { readOnly: true },
          persistentVolumeReclaimPolicy: 'Retain',
        },
      });
      expect(recording.one('kubernetes:core/v1:PersistentVolumeClaim').inputs).toMatchObject({
        metadata: { name: 'models', namespace: 'factory-agents' },
        spec: { accessModes: ['ReadOnlyMany'], volumeName: 'models', storageClassName: '' },
      });
      expect(await valueOf(result.claimName)).toBe('models');
    },
  );

  it('is a private bucket that its readers read, with gcsfuse', async () => {
    const { recording, result } = await make({ readers: ['principal://inference'], key: 'storage-key' });
    const bucket = recording.one('gcp:storage/bucket:Bucket');
    expect(bucket.protect).toBe(true);
    expect(bucket.inputs).toMatchObject({
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: true },
      encryption: { defaultKmsKeyName: 'storage-key' },
    });
    expect(recording.one('gcp:storage/bucketIAMMember:BucketIAMMember').inputs).toMatchObject({
      role: 'roles/storage.objectViewer',
      member: 'principal://inference',
    });
    const name = `factory-dev-${project}-models`;
    expect(await volumeOf({})).toMatchObject({ csi: { driver: 'gcsfuse.csi.storage.gke.io', volumeHandle: name } });
    expect(await valueOf(result.bucketName ?? missing())).toBe(name);
  });

  it('is a disk of one name in each zone, made from the snapshot, with hyperdisk-ml', async () => {
    const zones = ['europe-west1-b', 'europe-west1-c'];
    const { recording } = await make({ backend: 'hyperdisk-ml', snapshot: 'models-1', zones });
    expect(recording.of('gcp:compute/disk:Disk').map(({ inputs }) => inputs)).toEqual(
      zones.map((zone) =>
        expect.objectContaining({
          name: 'factory-dev-models',
          zone,
          type: 'hyperdisk-ml',
          accessMode: 'READ_ONLY_MANY',
          snapshot: 'models-1',
        }),
      ),
    );
    expect(await volumeOf({ backend: 'hyperdisk-ml', snapshot: 'models-1', zones })).toMatchObject({
      csi: { volumeHandle: `projects/${project}/zones/multi-zone/disks/factory-dev-models` },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ values: zones }] }] } },
    });
    expect(await volumeOf({ backend: 'hyperdisk-ml', snapshot: 'models-1' })).toMatchObject({
      csi: { volumeHandle: `projects/${project}/zones/europe-west1-b/disks/factory-dev-models` },
    });
  });

  it('needs a snapshot with hyperdisk-ml, and a network with filestore', async () => {
    await expect(make({ backend: 'hyperdisk-ml' })).rejects.toThrow('[modelStore.snapshot] is needed');
    await expect(make({ backend: 'filestore' })).rejects.toThrow('[network] is needed');
  });

  it('is a share beside the range of Redis, with filestore', async () => {
    const network = { networkName: 'factory-dev', privateServices: '10.40.0.0/20' };
    const { recording } = await make({ backend: 'filestore', network, zones: ['europe-west1-b', 'europe-west1-c'] });
    expect(recording.one('gcp:filestore/instance:Instance').inputs).toMatchObject({
      tier: 'REGIONAL',
      location: 'europe-west1',
      networks: [{ network: 'factory-dev', reservedIpRange: '10.40.0.64/26' }],
      deletionProtectionEnabled: true,
    });
    expect(await volumeOf({ backend: 'filestore', network })).toMatchObject({
      csi: {
        driver: 'filestore.csi.storage.gke.io',
        volumeHandle: 'modeInstance/europe-west1-b/factory-dev-models/models',
        volumeAttributes: { ip: '10.40.0.66', volume: 'models' },
      },
    });
  });
});

function missing(): never {
  throw new Error('no bucket');
}
