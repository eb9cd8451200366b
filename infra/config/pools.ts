import { z } from 'zod';

const machineType = z
  .string()
  .regex(/^[a-z][a-z0-9]*-[a-z]+(-\d+g?)*$/, 'is not a machine type such as n2d-standard-8');

interface Defaults {
  machineType: string;
  min: number;
  max: number;
}

const pool = (defaults: Defaults) => ({
  machineType: machineType.default(defaults.machineType),
  min: z.int().min(0).max(1_000).default(defaults.min).describe('Nodes over all zones'),
  max: z.int().min(0).max(1_000).default(defaults.max).describe('Nodes over all zones; 0 leaves the pool out'),
  spot: z.boolean().default(false).describe('Cheaper nodes that are taken back with 30 s notice'),
  diskType: z.enum(['pd-balanced', 'pd-ssd', 'hyperdisk-balanced']).default('pd-balanced'),
  diskGb: z.int().min(30).max(2_000).default(100),
  maxPods: z.int().min(8).max(256).default(64).describe('Pods a node'),
});

const accelerator = z.strictObject({
  type: z.string().regex(/^nvidia-[a-z0-9-]+$/, 'is not an accelerator such as nvidia-l4'),
  count: z.int().min(1).max(8).default(1),
});

/** Node pools by tier. */
export const poolsSchema = z.strictObject({
  system: z
    .strictObject(pool({ machineType: 'n2d-standard-4', min: 1, max: 3 }))
    .refine(({ spot }) => !spot, { path: ['spot'], message: 'cannot be true: the dispatcher runs on system' })
    .refine(({ max }) => max > 0, { path: ['max'], message: 'cannot be 0: the dispatcher runs on system' })
    .prefault({}),
  small: z.strictObject(pool({ machineType: 'n2d-standard-8', min: 1, max: 4 })).prefault({}),
  large: z.strictObject(pool({ machineType: 'n2d-standard-16', min: 0, max: 2 })).prefault({}),
  gpu: z
    .strictObject({
      ...pool({ machineType: 'g2-standard-16', min: 0, max: 1 }),
      accelerator: accelerator
        .nullable()
        .default({ type: 'nvidia-l4', count: 1 })
        .describe('null: nodes of this tier have none'),
    })
    .prefault({}),
});
type PoolsConfig = z.output<typeof poolsSchema>;
export type Tier = keyof PoolsConfig;
export const tiers = ['system', 'small', 'large', 'gpu'] as const satisfies readonly Tier[];
