import { z } from 'zod';

/** Milliseconds of the simulator's clock. Real Fuel takes 10 to 20 minutes for the one, 15 to 40 for the other. */
const durationsSchema = z.strictObject({
  pendingMs: z.number().min(0).default(200),
  provisionMs: z.number().min(0).default(2000),
  deployMs: z.number().min(0).default(2000),
  /** Of wiping nodes: removal, reset and stopping. */
  removeMs: z.number().min(0).default(500),
  verifyMs: z.number().min(0).default(500),
});

const nodeSchema = z.strictObject({
  name: z.string().min(1),
  roles: z.array(z.string()).min(1),
  status: z.string().default('ready'),
  online: z.boolean().default(true),
});

export const fuelOptionsSchema = z.strictObject({
  version: z.enum(['6.0', '9.2']).default('9.2'),
  durations: durationsSchema.prefault({}),
  environments: z
    .array(z.strictObject({ name: z.string().min(1), nodes: z.array(nodeSchema).default([]) }))
    .default([]),
  username: z.string().default('admin'),
  password: z.string().default('admin'),
  tokenLifetimeMs: z
    .number()
    .positive()
    .default(24 * 3600_000),
  /** Of the Admin network that nodes report their addresses from. */
  adminRange: z.tuple([z.string(), z.string()]).default(['10.20.0.129', '10.20.0.254']),
  port: z.number().int().min(0).default(0),
});
export type FuelOptions = z.input<typeof fuelOptionsSchema>;
export type FuelSettings = z.output<typeof fuelOptionsSchema>;
