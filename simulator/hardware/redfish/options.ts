import { z } from 'zod';

export const RESET_TYPES = [
  'On',
  'ForceOff',
  'GracefulShutdown',
  'ForceRestart',
  'PowerCycle',
  'PushPowerButton',
  'Nmi',
] as const;
export type ResetType = (typeof RESET_TYPES)[number];

export const BOOT_TARGETS = ['None', 'Pxe', 'Hdd', 'Cd', 'BiosSetup'] as const;
export type BootTarget = (typeof BOOT_TARGETS)[number];

const userSchema = z.strictObject({
  name: z.string().min(1),
  password: z.string(),
  /** Predefined roles of DSP0266: Operator may change power and boot, ReadOnly may look. */
  role: z.enum(['Administrator', 'Operator', 'ReadOnly']).default('Administrator'),
});

export const redfishOptionsSchema = z.strictObject({
  users: z.array(userSchema).default([
    { name: 'admin', password: 'admin', role: 'Administrator' },
    { name: 'watcher', password: 'watcher', role: 'ReadOnly' },
  ]),
  /** Of the one system behind it, in its URL. */
  systemId: z.string().default('1'),
  /** BMCs differ in what they have. */
  resetTypes: z
    .array(z.enum(RESET_TYPES))
    .default(['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'PowerCycle', 'Nmi']),
  bootTargets: z.array(z.enum(BOOT_TARGETS)).default(['None', 'Pxe', 'Hdd', 'Cd', 'BiosSetup']),
  /** A change without If-Match is refused with 428. */
  requiresIfMatch: z.boolean().default(false),
  /** `basic`: no sessions are to be had. `session`: tokens only. */
  authentication: z.enum(['both', 'basic', 'session']).default('both'),
  maxSessions: z.number().int().min(1).default(8),
  /** A session that is not used for so long is gone. */
  sessionTimeoutMs: z.number().positive().default(1_800_000),
  /** PEM; without it plain HTTP, which real BMCs do not speak. */
  tls: z.strictObject({ key: z.string(), cert: z.string() }).optional(),
});
export type RedfishOptions = z.input<typeof redfishOptionsSchema>;
export type RedfishSettings = z.output<typeof redfishOptionsSchema>;
export type RedfishUser = RedfishSettings['users'][number];
