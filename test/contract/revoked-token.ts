import { describe, expect, test } from '@jest/globals';
import { Cloud } from '../../services/openstack/cloud.ts';
import { createServiceClient } from '../../services/openstack/create-service-client.ts';
import type { Stage } from './contract.ts';
import { KeystoneTap } from './keystone-tap.ts';
import { allOf } from './whole.ts';

/** Somebody revokes our token while we work. */
export function revokedToken({ subject, cloud }: Stage): void {
  describe('a token revoked in the middle of the work', () => {
    test('is replaced by one new login, however many calls find out at once', async () => {
      const settings = await subject.admin();
      const tap = await KeystoneTap.start(settings.authUrl);
      const tapped = new Cloud({ ...settings, authUrl: tap.authUrl });
      try {
        const keystone = await tapped.identity();
        const before = await allOf(keystone.projects());
        const token = tap.tokens.at(-1)!;
        const logins = tap.tokens.length;
        await revoke(token);
        const answers = await Promise.all([1, 2, 3, 4].map(() => allOf(keystone.projects())));
        for (const answer of answers)
          expect(answer.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
        expect(tap.tokens.length).toBe(logins + 1);
        expect(tap.tokens.at(-1)).not.toBe(token);
      } finally {
        tapped.close();
        await tap.stop();
      }
    });
  });

  /** With the admin's own, other token. */
  async function revoke(token: string): Promise<void> {
    const { session } = cloud();
    if (subject.expects.identity === 'v3') {
      const headers = { 'x-subject-token': token };
      await createServiceClient(session, 'identity').delete('auth/tokens', { headers });
      return;
    }
    await createServiceClient(session, 'identity', { interface: 'admin' }).delete(`tokens/${token}`);
  }
}
