import { z } from 'zod';
import type { SuiteId } from './cipher-suites.ts';

/** Table 13-17 and section 6.8: what a level may is in the commands' own privilege. */
export const LEVELS = { callback: 1, user: 2, operator: 3, administrator: 4 } as const;
export const HIGHEST_LEVEL = LEVELS.administrator;

const bytes = (most: number) =>
  z
    .string()
    .refine((text) => Buffer.byteLength(text) <= most, `at most ${most} bytes (IPMI v2.0 section 22.28 to 22.30)`);

const userSchema = z.strictObject({
  name: bytes(16),
  password: bytes(20),
  privilege: z.enum(['callback', 'user', 'operator', 'administrator']).default('administrator'),
  enabled: z.boolean().default(true),
});

const suites = z.custom<SuiteId>((id) => id === 3 || id === 17, 'suites 3 and 17 are known');

export const bmcOptionsSchema = z.strictObject({
  users: z.array(userSchema).default([
    { name: 'admin', password: 'admin', privilege: 'administrator', enabled: true },
    { name: 'operator', password: 'operator', privilege: 'operator', enabled: true },
  ]),
  cipherSuites: z.array(suites).default([3, 17]),
  /** The BMC key KG; empty: none is set. */
  bmcKey: bytes(20).default(''),
  maxSessions: z.number().int().min(1).default(8),
  /** A session without a packet for so long is gone (section 6.12.15). */
  sessionTimeoutMs: z.number().positive().default(60_000),
});
export type BmcOptions = z.input<typeof bmcOptionsSchema>;
export type BmcSettings = z.output<typeof bmcOptionsSchema>;
export type BmcUser = BmcSettings['users'][number];

const KEY_BYTES = 20;

/** Passwords are kept in 20 bytes, the rest of which is zero. */
export function keyOf(secret: string): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  key.write(secret, 'utf8');
  return key;
}

/** By name alone, or by a name whose limit allows the level (section 13.20, bit 4 of the role). */
export function findUser(users: readonly BmcUser[], name: string, nameOnly: boolean, level: number) {
  return users.find((user) => user.enabled && user.name === name && (nameOnly || LEVELS[user.privilege] >= level));
}
