import { expect, it } from '@jest/globals';
import { notFound } from '../../../services/openstack/index.ts';

it('what does not exist is said in one line, and asking again does not help', () => {
  const error = notFound({ cloud: 'old', service: 'compute', path: 'os-networks', reason: 'no network 7' });
  expect(error.message).toBe('old: compute: GET os-networks: no network 7');
  expect(error).toMatchObject({ kind: 'not-found', retry: { when: 'never' } });
});
