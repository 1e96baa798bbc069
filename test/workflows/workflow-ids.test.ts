import { expect, it } from '@jest/globals';
import { discoverCloudId } from '../../workflows/workflow-ids.ts';

it('gives the same request the same id, whatever the order of its tenants', () => {
  expect(discoverCloudId('old', ['b', 'a', 'b'])).toBe(discoverCloudId('old', ['a', 'b']));
  expect(discoverCloudId('old', ['a', 'b'])).toBe('discover-cloud/old/a,b');
  expect(discoverCloudId('old')).toBe('discover-cloud/old');
});

it('does not mistake a name with a comma for two names', () => {
  expect(discoverCloudId('old', ['a,b'])).not.toBe(discoverCloudId('old', ['a', 'b']));
  expect(discoverCloudId('old', ['a%2Cb'])).not.toBe(discoverCloudId('old', ['a,b']));
});

it('stays short enough for a server whatever the number of tenants, and tells lists apart', () => {
  const many = Array.from({ length: 300 }, (_, index) => `00000000000000000000000000${String(index).padStart(6, '0')}`);
  const id = discoverCloudId('old', many);
  expect(id.length).toBeLessThan(255);
  expect(discoverCloudId('old', many.slice(1))).not.toBe(id);
});
