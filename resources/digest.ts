import { createHash } from 'node:crypto';
import { type AttributeRule, type Resource, ruleOf } from './resource-type.ts';
import { resourceTypes } from './resource-types.ts';

const NONE = '0'.repeat(16);

/**
 * What a resource is, in 16 hexadecimal digits: name, owner and every attribute that a move must keep. Two looks at an
 * unchanged resource give the same digest; power state, status, host and time stamps do not count, nor do resources that
 * the cloud makes by itself: theirs is zero, which changes no sum.
 */
export function digestOf(resource: Resource): string {
  const type = resourceTypes[resource.type];
  if (type.isMadeByCloud?.(resource) === true) return NONE;
  const attributes = Object.entries(resource.attributes).filter(([name]) => counts(ruleOf(type, name)));
  const told = [resource.type, resource.id, resource.name, resource.projectId ?? null, Object.fromEntries(attributes)];
  return createHash('sha256').update(canonical(told)).digest('hex').slice(0, 16);
}

function counts(rule: AttributeRule | undefined): boolean {
  return rule !== 'state' && rule !== 'condition';
}

/** JSON with sorted keys, after RFC 8785. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
