import { at } from '../shared/values';
import { nearest } from '../shared/schema/suggest';
import { fail, type Check } from './checks';

// https://cloud.google.com/compute/docs/regions-zones#available (read 2026); zones are a, b and c unless written down.
const ZONES: Readonly<Record<string, string>> = {
  'africa-south1': 'abc',
  'asia-east1': 'abc',
  'asia-east2': 'abc',
  'asia-northeast1': 'abc',
  'asia-northeast2': 'abc',
  'asia-northeast3': 'abc',
  'asia-south1': 'abc',
  'asia-south2': 'abc',
  'asia-southeast1': 'abc',
  'asia-southeast2': 'abc',
  'australia-southeast1': 'abc',
  'australia-southeast2': 'abc',
  'europe-central2': 'abc',
  'europe-north1': 'abc',
  'europe-north2': 'abc',
  'europe-southwest1': 'abc',
  'europe-west1': 'bcd',
  'europe-west10': 'abc',
  'europe-west12': 'abc',
  'europe-west2': 'abc',
  'europe-west3': 'abc',
  'europe-west4': 'abc',
  'europe-west6': 'abc',
  'europe-west8': 'abc',
  'europe-west9': 'abc',
  'me-central1': 'abc',
  'me-central2': 'abc',
  'me-west1': 'abc',
  'northamerica-northeast1': 'abc',
  'northamerica-northeast2': 'abc',
  'northamerica-south1': 'abc',
  'southamerica-east1': 'abc',
  'southamerica-west1': 'abc',
  'us-central1': 'abcf',
  'us-east1': 'bcd',
  'us-east4': 'abc',
  'us-east5': 'abc',
  'us-south1': 'abc',
  'us-west1': 'abc',
  'us-west2': 'abc',
  'us-west3': 'abc',
  'us-west4': 'abc',
};

const REGIONS: readonly string[] = Object.keys(ZONES);

/** The zones of a region; none for a region that does not exist. */
export function zonesOf(region: string): string[] {
  return (ZONES[region] ?? '')
    .split('')
    .filter((letter) => letter !== '')
    .map((letter) => `${region}-${letter}`);
}

/** Whether the region exists. */
export function isRegion(text: string): boolean {
  return ZONES[text] !== undefined;
}

/** Whether the zone exists. */
export function isZone(text: string): boolean {
  return zonesOf(text.replace(/-[a-z]$/, '')).includes(text);
}

/** The region of a zone or region. */
export function regionOfPlace(place: string): string {
  return isRegion(place) ? place : place.replace(/-[a-z]$/, '');
}

/** The path holds a region of today's list. */
export function region(path: string): Check {
  return placed(path, isRegion, 'region', REGIONS);
}

/** The path holds a zone of today's list. */
export function zone(path: string): Check {
  return placed(path, isZone, 'zone', REGIONS.flatMap(zonesOf));
}

/** The path holds a region or a zone. */
export function regionOrZone(path: string): Check {
  return placed(path, (text) => isRegion(text) || isZone(text), 'region or zone', [
    ...REGIONS,
    ...REGIONS.flatMap(zonesOf),
  ]);
}

/** The path holds a region, or one of the other words. */
export function regionOr(path: string, ...others: string[]): Check {
  return placed(path, (text) => isRegion(text) || others.includes(text), 'location', [...REGIONS, ...others]);
}

function placed(path: string, fits: (text: string) => boolean, what: string, known: readonly string[]): Check {
  return (inputs) => {
    const value = at(inputs, path);
    if (typeof value !== 'string' || fits(value)) return [];
    const near = nearest(value, known);
    return fail(path, `unknown ${what} "${value}"${near === undefined ? '' : `; did you mean ${near}?`}`);
  };
}
