// https://cloud.google.com/compute/docs/machine-resource (read 2026): vCPUs of the shapes of each series.
const SHAPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  e2: { standard: '2 4 8 16 32', highmem: '2 4 8 16', highcpu: '2 4 8 16 32' },
  n1: { standard: '1 2 4 8 16 32 64 96', highmem: '2 4 8 16 32 64 96', highcpu: '2 4 8 16 32 64 96' },
  n2: {
    standard: '2 4 8 16 32 48 64 80 96 128',
    highmem: '2 4 8 16 32 48 64 80 96 128',
    highcpu: '2 4 8 16 32 48 64 80 96',
  },
  n2d: {
    standard: '2 4 8 16 32 48 64 80 96 128 224',
    highmem: '2 4 8 16 32 48 64 80 96',
    highcpu: '2 4 8 16 32 48 64 80 96 128 224',
  },
  n4: { standard: '2 4 8 16 32 48 64 80', highmem: '2 4 8 16 32 48 64 80', highcpu: '2 4 8 16 32 48 64 80' },
  n4d: { standard: '2 4 8 16 32 48 64 80 96', highmem: '2 4 8 16 32 48 64 80 96', highcpu: '2 4 8 16 32 48 64 80 96' },
  n4a: { standard: '1 2 4 8 16 32 48 64', highmem: '1 2 4 8 16 32 48 64', highcpu: '1 2 4 8 16 32 48 64' },
  c2: { standard: '4 8 16 30 60' },
  c2d: { standard: '2 4 8 16 32 56 112', highmem: '2 4 8 16 32 56 112', highcpu: '2 4 8 16 32 56 112' },
  c3: { standard: '4 8 22 44 88 176', highmem: '4 8 22 44 88 176', highcpu: '4 8 22 44 88 176' },
  c3d: { standard: '4 8 16 30 60 90 180 360', highmem: '4 8 16 30 60 90 180 360', highcpu: '4 8 16 30 60 90 180 360' },
  c4: {
    standard: '2 4 8 16 24 32 48 96 144 192 288',
    highmem: '2 4 8 16 24 32 48 96 144 192 288',
    highcpu: '2 4 8 16 24 32 48 96 144 192',
  },
  c4a: { standard: '1 2 4 8 16 32 48 64 72', highmem: '1 2 4 8 16 32 48 64 72', highcpu: '1 2 4 8 16 32 48 64 72' },
  c4d: {
    standard: '2 4 8 16 32 48 64 96 192 384',
    highmem: '2 4 8 16 32 48 64 96 192 384',
    highcpu: '2 4 8 16 32 48 64 96 192 384',
  },
  t2d: { standard: '1 2 4 8 16 32 48 60' },
  t2a: { standard: '1 2 4 8 16 32 48' },
  g2: { standard: '4 8 12 16 24 32 48 96' },
  g4: { standard: '48 96 192 384' },
};

const FIXED = [
  'e2-micro',
  'e2-small',
  'e2-medium',
  'f1-micro',
  'g1-small',
  'a2-highgpu-1g',
  'a2-highgpu-2g',
  'a2-highgpu-4g',
  'a2-highgpu-8g',
  'a2-megagpu-16g',
  'a2-ultragpu-1g',
  'a2-ultragpu-2g',
  'a2-ultragpu-4g',
  'a2-ultragpu-8g',
  'a3-highgpu-1g',
  'a3-highgpu-2g',
  'a3-highgpu-4g',
  'a3-highgpu-8g',
  'a3-megagpu-8g',
  'a3-edgegpu-8g',
  'a3-ultragpu-8g',
  'a4-highgpu-8g',
  'a4x-highgpu-4g',
];

/** Every machine type of today's list; custom shapes are recognised by {@link isMachineType}. */
export const MACHINE_TYPES: readonly string[] = [
  ...FIXED,
  ...Object.entries(SHAPES).flatMap(([series, shapes]) =>
    Object.entries(shapes).flatMap(([shape, counts]) =>
      counts.split(' ').map((count) => `${series}-${shape}-${count}`),
    ),
  ),
];

/** Whether Compute Engine has such a machine type. */
export function isMachineType(text: string): boolean {
  return (
    MACHINE_TYPES.includes(text.replace(/-(?:lssd|metal)$/, '')) ||
    /^(?:(?:e2|n1|n2|n2d|n4)-)?custom-\d+-\d+(?:-ext)?$/.test(text)
  );
}

/** The series of a machine type, such as `n2`; `n1` for a custom type without one. */
export function seriesOf(machineType: string): string {
  return machineType.startsWith('custom-') ? 'n1' : (machineType.split('-')[0] ?? '');
}
