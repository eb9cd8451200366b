import { itemPath, type ValueObject } from '../../shared/values';
import { child, list, numeral, objects, text } from '../object';
import { configKey, dnsLabel } from '../schema/names';
import { parseQuantity } from '../schema/quantity';
import type { Report } from './finding';

const tokenSeconds = { least: 600, most: 2 ** 32 };

/** A relative path that stays inside its volume. */
function checkLocalPath(path: string, at: string, report: Report): void {
  if (path.startsWith('/')) report(at, 'must be a relative path');
  if (path.split('/').includes('..')) report(at, "must not contain '..'");
}

function checkItems(items: ValueObject, path: string, report: Report): void {
  objects(items['items']).forEach((item, index) => {
    const at = itemPath(`${path}.items`, index);
    const wrong = configKey(text(item['key']));
    if (text(item['key']) !== '' && wrong !== undefined) report(`${at}.key`, wrong);
    checkLocalPath(text(item['path']), `${at}.path`, report);
  });
}

function checkProjected(projected: ValueObject, path: string, report: Report): void {
  objects(projected['sources']).forEach((source, index) => {
    const at = itemPath(`${path}.sources`, index);
    const kinds = Object.keys(source);
    if (kinds.length !== 1)
      report(at, `must have exactly one source, it has ${kinds.length === 0 ? 'none' : kinds.join(', ')}`);
    const token = child(source, 'serviceAccountToken');
    if (source['serviceAccountToken'] !== undefined) {
      const seconds = numeral(token['expirationSeconds']);
      if (seconds !== undefined && (seconds < tokenSeconds.least || seconds > tokenSeconds.most)) {
        report(`${at}.serviceAccountToken.expirationSeconds`, `must be at least 10 minutes (600): ${seconds}`);
      }
      checkLocalPath(text(token['path']), `${at}.serviceAccountToken.path`, report);
      if (token['path'] === '') report(`${at}.serviceAccountToken.path`, 'is required');
    }
    for (const kind of ['configMap', 'secret']) checkItems(child(source, kind), `${at}.${kind}`, report);
  });
}

/** A pod's volumes: names, exactly one source each, and what the common sources ask for. */
export function checkVolumes(volumes: ValueObject[], path: string, report: Report): void {
  volumes.forEach((volume, index) => {
    const at = itemPath(path, index);
    const wrong = dnsLabel(text(volume['name']));
    if (text(volume['name']) !== '' && wrong !== undefined) report(`${at}.name`, wrong);
    if (text(volume['name']) !== '' && volumes.slice(0, index).some((other) => other['name'] === volume['name'])) {
      report(`${at}.name`, `${JSON.stringify(volume['name'])} is used by another volume`);
    }
    const sources = Object.keys(volume).filter((key) => key !== 'name');
    if (sources.length > 1) report(at, `must have one source only, it has ${sources.join(', ')}`);
    const size = parseQuantity(child(volume, 'emptyDir')['sizeLimit']);
    if (size !== undefined && size.nano < 0n) report(`${at}.emptyDir.sizeLimit`, 'must not be negative');
    const medium = text(child(volume, 'emptyDir')['medium']);
    if (medium !== '' && medium !== 'Memory' && !medium.startsWith('HugePages')) {
      report(`${at}.emptyDir.medium`, 'must be empty, Memory or HugePages');
    }
    for (const kind of ['configMap', 'secret']) {
      checkItems(child(volume, kind), `${at}.${kind}`, report);
      checkMode(child(volume, kind)['defaultMode'], `${at}.${kind}.defaultMode`, report);
    }
    checkProjected(child(volume, 'projected'), `${at}.projected`, report);
    checkMode(child(volume, 'projected')['defaultMode'], `${at}.projected.defaultMode`, report);
  });
}

function checkMode(mode: ValueObject[string] | undefined, path: string, report: Report): void {
  const value = numeral(mode);
  if (value !== undefined && (value < 0 || value > 0o777))
    report(path, 'must be between 0 and 0777 (octal): 511 in decimal');
}

/** A container's mounts: of volumes that there are, each at a place of its own. */
export function checkMounts(container: ValueObject, volumes: ReadonlySet<string>, path: string, report: Report): void {
  const mounts = objects(container['volumeMounts']);
  mounts.forEach((mount, index) => {
    const at = itemPath(`${path}.volumeMounts`, index);
    const name = text(mount['name']);
    if (name !== '' && !volumes.has(name)) report(`${at}.name`, `no volume is called ${JSON.stringify(name)}`);
    const place = text(mount['mountPath']);
    if (place.includes(':')) report(`${at}.mountPath`, "must not contain ':'");
    if (place !== '' && mounts.slice(0, index).some((other) => other['mountPath'] === place)) {
      report(`${at}.mountPath`, `${place} is mounted twice`);
    }
    checkLocalPath(text(mount['subPath']), `${at}.subPath`, report);
    if (mount['subPath'] !== undefined && mount['subPathExpr'] !== undefined)
      report(`${at}.subPathExpr`, 'cannot be used with subPath');
  });
  for (const [index, device] of list(container['volumeDevices']).entries()) {
    const name = text(child(device)['name']);
    if (name !== '' && !volumes.has(name))
      report(`${itemPath(`${path}.volumeDevices`, index)}.name`, `no volume is called ${JSON.stringify(name)}`);
  }
}
