import { expect, test } from '@jest/globals';
import { mappingsSchema, policySchema, type ResourceTypeName as Written } from '../../config/policy-schema.ts';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../../resources/resource-type.ts';

/** `true` where the two unions have the same members; the compiler refuses anything else below. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const same: Same<Written, ResourceTypeName> = true;

test('the types that a policy can name are those that are read', () => {
  expect(same).toBe(true);
  expect(Object.keys(policySchema.shape).sort()).toEqual([...RESOURCE_TYPE_NAMES].sort());
});

test('so are those that can be mapped, and those that only have other names elsewhere', () => {
  const expected = [...RESOURCE_TYPE_NAMES, 'availability-zone', 'volume-type', 'physical-network'];
  expect(Object.keys(mappingsSchema.shape).sort()).toEqual(expected.sort());
});
