import { describe, expect, it } from '@jest/globals';
import { compareMicroversions, parseMicroversion } from '../../../services/openstack/microversion.ts';
import { microversionHeaders, negotiate } from '../../../services/openstack/microversion-negotiation.ts';

const pike = { min: '2.1', max: '2.53' } as const;

describe('a microversion', () => {
  it.each([
    [{ upTo: '2.90' }, '2.53'],
    [{ upTo: '2.26' }, '2.26'],
    [{ atLeast: '2.26', upTo: '2.90' }, '2.53'],
    [{ atLeast: '2.26' }, '2.26'],
    [{ upTo: '2.9' }, '2.9'],
    [{}, undefined],
    [undefined, undefined],
  ] as const)('wished as %j is %s on Pike', (wish, sent) => {
    expect(negotiate('old', 'compute', pike, wish)).toBe(sent);
  });

  it('that the server lacks is an error that names both', () => {
    const old = { min: '2.1', max: '2.15' } as const;
    expect(() => negotiate('old', 'compute', old, { atLeast: '2.26' })).toThrow(
      'old: compute: needs at least microversion 2.26, the server has 2.15',
    );
  });

  it('is an error where the server has none at all, and no matter where none is needed', () => {
    expect(() => negotiate('old', 'compute', undefined, { atLeast: '2.26' })).toThrow(
      'old: compute: needs at least microversion 2.26, the server has none',
    );
    expect(negotiate('old', 'compute', undefined, { upTo: '2.26' })).toBeUndefined();
  });

  it('that the server has given up is an error too', () => {
    expect(() => negotiate('new', 'compute', { min: '2.60', max: '2.99' }, { upTo: '2.53' })).toThrow(
      'new: compute: knows up to microversion 2.53, the server begins at 2.60',
    );
  });

  it('is asked for in the headers that each service reads', () => {
    expect(microversionHeaders('compute', '2.26')).toEqual({
      'openstack-api-version': 'compute 2.26',
      'x-openstack-nova-api-version': '2.26',
    });
    expect(microversionHeaders('block-storage', '3.44')).toEqual({ 'openstack-api-version': 'volume 3.44' });
    expect(microversionHeaders('placement', '1.10')).toEqual({ 'openstack-api-version': 'placement 1.10' });
    expect(microversionHeaders('compute', undefined)).toEqual({});
  });

  it('counts its minor as a number', () => {
    expect(compareMicroversions('2.9', '2.10')).toBeLessThan(0);
    expect(parseMicroversion('2.10')).toBe('2.10');
    expect(parseMicroversion('latest')).toBeUndefined();
  });
});
