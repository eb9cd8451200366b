/** Regions of Google Cloud, from cloud.google.com/compute/docs/regions-zones, 2026-11. `zones` overrides the usual a, b and c. */
const zonesByRegion: Readonly<Record<string, string>> = {
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
  'europe-west2': 'abc',
  'europe-west3': 'abc',
  'europe-west4': 'abc',
  'europe-west6': 'abc',
  'europe-west8': 'abc',
  'europe-west9': 'abc',
  'europe-west10': 'abc',
  'europe-west12': 'abc',
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

export const regions: ReadonlySet<string> = new Set(Object.keys(zonesByRegion));

/** The zones of a region, such as europe-west1-b; none for a region that is not known. */
export function zonesOf(region: string): string[] {
  return (zonesByRegion[region] ?? '').split('').map((letter) => `${region}-${letter}`);
}

/** `; did you mean …?` for a name that is close to a region, else an example. */
export function nearestRegion(name: string): string {
  const stem = name.replace(/\d+$/, '');
  const found = stem.length < 4 ? undefined : [...regions].find((known) => known.startsWith(stem));
  return found === undefined ? '; write one such as europe-west1' : `; did you mean ${found}?`;
}
