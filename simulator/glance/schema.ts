import { badRequest, type Refusal } from '../http/call.ts';
import type { Visibility } from './state.ts';

export const DISK_FORMATS = ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'];
export const VISIBILITIES: readonly Visibility[] = ['public', 'private', 'shared', 'community'];

/** Set by Glance alone. */
export const READ_ONLY = [
  'status',
  'size',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'virtual_size',
  'created_at',
  'updated_at',
  'file',
  'self',
  'schema',
  'direct_url',
  'locations',
];

/** Properties are text; numbers and null are against the schema. */
export function propertyOf(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw schemaError(`${JSON.stringify(value)} is not of type 'string': property ${key}`);
}

export function schemaError(reason: string): Refusal {
  return badRequest(`Provided object does not match schema 'image': ${reason}`);
}
