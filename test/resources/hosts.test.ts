import { describe, expect, test } from '@jest/globals';
import { isSameHost, ofHost } from '../../resources/hosts/same-host.ts';

describe('Names of a host', () => {
  test.each([
    ['node-1', 'node-1', true],
    ['node-1', 'NODE-1.domain.tld', true],
    ['node-1.domain.tld', 'node-1', true],
    ['node-1', 'node-10', false],
    ['node-1.a.tld', 'node-1.b.tld', false],
    ['node-1', 'node-1-old.a.tld', false],
  ])('%s and %s', (one, other, same) => {
    expect(isSameHost(one, other)).toBe(same);
  });

  test('that may be those of two hosts are nobody’s, unless one is the very name', () => {
    const own = (rows: readonly string[]) => ofHost(rows, (name) => name, 'c1');
    expect(own(['c1.a', 'c1.a', 'c2.a'])).toEqual(['c1.a', 'c1.a']);
    expect(own(['c1.a', 'c1.b'])).toEqual([]);
    expect(own(['c1.a', 'c1'])).toEqual(['c1']);
  });
});
