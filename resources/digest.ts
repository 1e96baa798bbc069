import { createHash } from 'node:crypto';
import type { Resource } from './resource-type.ts';
import { resourceTypes } from './resource-types.ts';

/**
 * What a resource is, in 16 hexadecimal digits: name, owner and every attribute that a move must keep. Two looks at an
 * unchanged resource give the same digest; status, host and time stamps do not count.
 */
export function digestOf(resource: Resource): string {
  const { rules } = resourceTypes[resource.type];
  const attributes = Object.entries(resource.attributes).filter(
    ([name]) => rules[name as keyof typeof rules] !== 'state',
  );
  const told = [resource.type, resource.id, resource.name, resource.projectId ?? null, Object.fromEntries(attributes)];
  return createHash('sha256').update(canonical(told)).digest('hex').slice(0, 16);
}

/** Digest of many digests; their order does not matter. */
export function digestOfAll(digests: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const digest of [...digests].sort()) hash.update(digest);
  return hash.digest('hex').slice(0, 16);
}

/** JSON with sorted keys (RFC 8785 in spirit). */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
