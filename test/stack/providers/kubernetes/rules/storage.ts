import { child, list, text } from '../object';
import { dnsSubdomain, qualifiedName } from '../schema/names';
import { parseQuantity } from '../schema/quantity';
import type { Rule } from './finding';
import { checkClaim } from './workloads';

/** PersistentVolumeClaim: how it is used and how much it asks for. */
export const checkPersistentVolumeClaim: Rule = (object, report) => {
  checkClaim(object, '', report);
  const modes = list(child(object, 'spec')['accessModes']);
  if (modes.includes('ReadWriteOncePod') && modes.length > 1)
    report('spec.accessModes', 'ReadWriteOncePod may not be given with others');
};

const notSources = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

/** PersistentVolume: capacity, how it is used, exactly one source. */
export const checkPersistentVolume: Rule = (object, report) => {
  const spec = child(object, 'spec');
  if (list(spec['accessModes']).length === 0 && typeof spec['accessModes'] !== 'symbol')
    report('spec.accessModes', 'at least one access mode is required');
  if (child(spec, 'capacity')['storage'] === undefined && typeof spec['capacity'] !== 'symbol')
    report('spec.capacity.storage', 'is required');
  if ((parseQuantity(child(spec, 'capacity')['storage'])?.nano ?? 1n) <= 0n)
    report('spec.capacity.storage', 'must be greater than zero');
  const driver = text(child(spec, 'csi')['driver']);
  const wrongDriver =
    driver.length > 63 ? 'must be no more than 63 characters' : driver === '' ? undefined : dnsSubdomain(driver);
  if (wrongDriver !== undefined) report('spec.csi.driver', wrongDriver);
  const sources = Object.keys(spec).filter((key) => !notSources.has(key));
  if (sources.length !== 1)
    report('spec', `must have exactly one source of its volume, it has ${sources.join(', ') || 'none'}`);
  if (spec['persistentVolumeReclaimPolicy'] === 'Recycle' && !['nfs', 'hostPath'].some((key) => key in spec)) {
    report('spec.persistentVolumeReclaimPolicy', 'Recycle is only for nfs and hostPath: use Retain or Delete');
  }
  if (spec['csi'] !== undefined) {
    for (const field of ['driver', 'volumeHandle'])
      if (text(child(spec, 'csi')[field]) === '' && typeof child(spec, 'csi')[field] !== 'symbol')
        report(`spec.csi.${field}`, 'is required');
  }
};

/** StorageClass: its provisioner. */
export const checkStorageClass: Rule = (object, report) => {
  const wrong =
    typeof object['provisioner'] === 'string' ? qualifiedName(object['provisioner'].toLowerCase()) : undefined;
  if (wrong !== undefined) report('provisioner', wrong);
};
