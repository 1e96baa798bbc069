import type { Configuration } from './configuration.ts';
import { Secret } from './secret.ts';

export type Described = string | number | boolean | readonly Described[] | { readonly [key: string]: Described };

/** A configuration as plain data for printing: every secret is `***`. */
export function describeConfiguration(configuration: Configuration): { readonly [key: string]: Described } {
  return Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, describe(value)]));
}

function describe(value: unknown): Described {
  if (value instanceof Secret) return String(value);
  if (Array.isArray(value)) return value.map(describe);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, describe(inner)]));
}
