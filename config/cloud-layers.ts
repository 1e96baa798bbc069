import { authShape, cloudSchema } from './cloud-schema.ts';
import { childPath, type LocatedEntry, type LocatedMap, problemAt } from './located.ts';
import type { Problem } from './problems.ts';
import { ENDPOINT_TYPES } from './service-types.ts';

/**
 * A cloud is described by layers: clouds-public.yaml, clouds.yaml, secure.yaml, the OS_* environment, and the entry of
 * pumphouse.yaml on top. Here each is brought to one spelling of its keys, and one is laid over another.
 */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tenant: 'project',
    tenant_name: 'project',
    project_name: 'project',
    tenant_id: 'project_id',
    user_domain_name: 'user_domain',
    project_domain_name: 'project_domain',
    domain_name: 'domain',
    default_domain_name: 'default_domain',
    region_name: 'region',
  }),
);
/** Spellings of other tools and older times: understood in their files, unknown keys in ours. */
const FOREIGN_SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({ auth_token: 'token', endpoint_type: 'interface' }),
);

const ENDPOINT_OVERRIDE = /^([a-z0-9_]+)_endpoint_override$/;

export function canonicalKey(key: string): string {
  return SYNONYMS.get(key) ?? key;
}

/** An entry of pumphouse.yaml: each key in its one spelling, `auth:` and `*_endpoint_override` put in their place. */
export function canonicalEntry(entry: LocatedMap, problems: Problem[]): LocatedMap {
  const keys = new Map<string, LocatedEntry>();
  const overrides = new Map<string, LocatedEntry>();
  const put = (name: string, given: LocatedEntry): void => {
    const service = ENDPOINT_OVERRIDE.exec(name)?.[1]?.replaceAll('_', '-');
    const [into, key] = service === undefined ? [keys, canonicalKey(name)] : [overrides, service];
    const first = into.get(key);
    if (first === undefined) into.set(key, given);
    else {
      const hint = `keep one of them: the other is in line ${first.key.line}`;
      problems.push(problemAt(given.key, `means the same as ${lastStep(first.key.keyPath)}`, hint));
    }
  };
  for (const [name, given] of entry.entries) {
    if (name !== 'auth' || given.value.kind !== 'map') put(name, given);
    else {
      const unknown = [...given.value.entries].filter(([key]) => !Object.hasOwn(authShape, key));
      for (const [key, inner] of given.value.entries) if (Object.hasOwn(authShape, key)) put(key, inner);
      if (unknown.length > 0) keys.set('auth', { ...given, value: { ...given.value, entries: new Map(unknown) } });
    }
  }
  return withEndpoints({ ...entry, entries: keys }, overrides);
}

/** The same for a cloud of clouds.yaml or the environment: what Pumphouse has no use for is left out silently. */
export function canonicalForeign(entry: LocatedMap): LocatedMap {
  const keys = new Map<string, LocatedEntry>();
  const overrides = new Map<string, LocatedEntry>();
  const auth = entry.entries.get('auth')?.value;
  // What is inside `auth` wins, and the newer word over the older, as in openstacksdk's config/loader.py.
  const layers = [entry, ...(auth?.kind === 'map' ? [auth] : [])];
  for (const layer of layers) {
    for (const [written, given] of [...layer.entries].toSorted(([a], [b]) => age(a) - age(b))) {
      const name = written.replaceAll('-', '_');
      const empty = given.value.kind === 'scalar' && (given.value.value ?? '') === '';
      if (empty || name === 'auth' || name === 'name' || name === 'cloud') continue;
      const service = ENDPOINT_OVERRIDE.exec(name)?.[1]?.replaceAll('_', '-');
      if (service !== undefined && ENDPOINT_TYPES.includes(service)) overrides.set(service, given);
      const key = FOREIGN_SYNONYMS.get(name) ?? canonicalKey(name);
      if (isCloudKey(key)) keys.set(key, key === 'interface' ? withoutUrlSuffix(given) : given);
    }
  }
  return withEndpoints({ ...entry, entries: keys }, overrides);
}

function isCloudKey(key: string): boolean {
  return Object.hasOwn(cloudSchema.shape, key) && !key.startsWith('fuel_') && key !== 'limits' && key !== 'endpoints';
}

function age(key: string): number {
  return /^(tenant|endpoint_type|auth)/.test(key) ? 0 : 1;
}

/** Old files say `publicURL`. */
function withoutUrlSuffix(given: LocatedEntry): LocatedEntry {
  if (given.value.kind !== 'scalar') return given;
  return { ...given, value: { ...given.value, value: given.value.value?.replace(/URL$/, '') ?? null } };
}

function withEndpoints(map: LocatedMap, overrides: ReadonlyMap<string, LocatedEntry>): LocatedMap {
  if (overrides.size === 0) return map;
  const given = map.entries.get('endpoints');
  if (given !== undefined && given.value.kind !== 'map') return map;
  const own = given?.value.kind === 'map' ? given.value.entries : new Map<string, LocatedEntry>();
  const origin = given?.key ?? { ...map.origin, keyPath: childPath(map.origin.keyPath, 'endpoints') };
  const value: LocatedMap = { kind: 'map', entries: new Map([...own, ...overrides]), origin };
  return { ...map, entries: new Map([...map.entries, ['endpoints', { key: origin, value }]]) };
}

function lastStep(keyPath: string): string {
  return keyPath.slice(keyPath.lastIndexOf('.') + 1);
}

const APPLICATION_CREDENTIAL = [
  'application_credential_id',
  'application_credential_name',
  'application_credential_secret',
];

/** When the upper layer gives one of `when`, the lower layer's `gone` would contradict it. */
const REPLACES: readonly { readonly when: readonly string[]; readonly gone: readonly string[] }[] = [
  { when: ['username', 'user_id'], gone: ['username', 'user_id', 'token'] },
  { when: ['user_domain', 'user_domain_id'], gone: ['user_domain', 'user_domain_id'] },
  { when: ['project_domain', 'project_domain_id'], gone: ['project_domain', 'project_domain_id'] },
  { when: ['domain', 'domain_id'], gone: ['domain', 'domain_id'] },
  { when: ['project', 'project_id', 'system_scope'], gone: ['project', 'project_id', 'system_scope'] },
  { when: ['verify', 'insecure'], gone: ['verify', 'insecure'] },
  { when: ['password'], gone: ['token', 'auth_type', ...APPLICATION_CREDENTIAL] },
  { when: ['token'], gone: ['auth_type', ...APPLICATION_CREDENTIAL] },
  {
    when: APPLICATION_CREDENTIAL,
    gone: ['password', 'token', 'auth_type', 'project', 'project_id', 'system_scope'],
  },
];

/** Lays one cloud over another, both in canonical spelling. Endpoint overrides are merged one by one. */
export function layOver(lower: LocatedMap, upper: LocatedMap): LocatedMap {
  const entries = new Map(lower.entries);
  for (const { when, gone } of REPLACES) {
    if (when.some((key) => upper.entries.has(key))) for (const key of gone) entries.delete(key);
  }
  for (const [key, given] of upper.entries) {
    const below = key === 'endpoints' ? entries.get(key)?.value : undefined;
    const merged =
      below?.kind === 'map' && given.value.kind === 'map'
        ? { ...given.value, entries: new Map([...below.entries, ...given.value.entries]) }
        : given.value;
    entries.set(key, { ...given, value: merged });
  }
  return { ...upper, entries };
}
