import { z } from 'zod';

/** How long what a cloud does by itself takes, in milliseconds of the simulator's clock. 0: at the next turn. */
const durationsSchema = z.strictObject({
  buildMs: z.number().min(0).default(1500),
  deleteMs: z.number().min(0).default(500),
  powerMs: z.number().min(0).default(800),
  migrateMs: z.number().min(0).default(3000),
  snapshotMs: z.number().min(0).default(1500),
  volumeMs: z.number().min(0).default(800),
  attachMs: z.number().min(0).default(400),
});

export const SERVICES = ['identity', 'compute', 'network', 'image', 'volume', 'placement'] as const;
export type ServiceName = (typeof SERVICES)[number];

export const cloudOptionsSchema = z.strictObject({
  name: z.string().regex(/^[\w-]+$/, 'letters, digits, _ and - only'),
  /** Whose answers are given: the fields of a release, its highest microversions, its discovery documents. */
  release: z.enum(['zed', 'pike']).default('zed'),
  identity: z.enum(['v3', 'v2.0', 'both']).default('v3'),
  network: z.enum(['neutron', 'nova-network']).default('neutron'),
  /** Services that this cloud does without: they are not in the catalogue and do not answer. */
  without: z.array(z.enum(['network', 'image', 'volume', 'placement'])).default([]),
  region: z.string().default('RegionOne'),
  adminUser: z.string().default('admin'),
  adminPassword: z.string().default('admin'),
  adminProject: z.string().default('admin'),
  tokenLifetimeMs: z
    .number()
    .positive()
    .default(4 * 3600_000),
  /** Highest microversion of Nova, `2.1` to `2.93`; that of the release unless told. */
  computeMaxVersion: z
    .string()
    .regex(/^2\.([1-9]|[1-8]\d|9[0-3])$/, '2.1 to 2.93')
    .optional(),
  /** Hosts that Nova's conductor and scheduler and Neutron's agents for routers and addresses run on. */
  controllers: z.number().int().min(1).max(9).default(1),
  computeHosts: z.number().int().min(1).max(2000).default(2),
  /** Items that one page has at most, as `osapi_max_limit` sets it. */
  maxLimit: z.number().int().min(1).default(1000),
  durations: durationsSchema.prefault({}),
});
export type CloudOptions = z.input<typeof cloudOptionsSchema>;
export type CloudSettings = z.output<typeof cloudOptionsSchema>;
