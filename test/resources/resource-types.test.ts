import { describe, expect, it } from '@jest/globals';
import { RESOURCE_TYPE_NAMES, ruleOf } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';

describe.each(RESOURCE_TYPE_NAMES)('the type %s', (name) => {
  const type = resourceTypes[name];

  it('is registered under its own name', () => {
    expect(type.name).toBe(name);
  });

  it('is told from its like by what a move keeps', () => {
    const unknown = type.identity.key.filter((field) => {
      const isCommon = field === 'name' || field === 'projectId';
      return !isCommon && ['state', 'condition'].includes(ruleOf(type, field) ?? 'state');
    });
    expect(unknown).toEqual([]);
    expect(type.identity.key.length).toBeGreaterThan(0);
  });
});
