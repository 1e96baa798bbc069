import { describe, expect, it } from '@jest/globals';
import { identityAdmin } from '../contract/fixture-identity.ts';
import { named } from './identity-fixture.ts';
import type { Stage } from './stage.ts';

/** A cloud that knows Identity v2.0 only: all that it shows lives in the domain `default` of the target. */
export function identityFromV2(stage: Stage): void {
  describe('a tenant and its user', () => {
    it('come into the default domain, and the old member’s role is mapped', async () => {
      const client = await identityAdmin(stage.source());
      const make = async (path: string, what: string, body: object) =>
        (await client.post<Record<string, { id: string }>>(path, { [what]: { enabled: true, ...body } }))[what]?.id ??
        '';
      const tenant = await make('tenants', 'tenant', { name: named('tenant'), description: 'ü' });
      const details = { email: 'bob@example.com', tenantId: tenant, password: named('pw') };
      const user = await make('users', 'user', { name: named('bob'), ...details });
      const source = await stage.source().identity();
      let member = '';
      for await (const page of source.roles({ name: '_member_' })) member = page[0]?.id ?? '';
      const on = { type: 'project', id: tenant } as const;
      await source.grant({ roleId: member, actor: { type: 'user', id: user }, on, inherited: false });

      const passwordOf = () => ({ kind: 'password', password: named('pw') }) as const;
      const run = stage.mover({ mappings: { role: { _member_: 'member' } }, passwordOf });
      const refs = [
        ['domain', 'default'],
        ['project', tenant],
        ['role', member],
        ['user', user],
        ['assignment', `${member}:user:${user}:project:${tenant}`],
      ] as const;
      for (const [type, id] of refs) {
        const resource = await run.read(type, id);
        const { targetId } = await run.make(resource);
        // What a role is described as and brings with it is not asked of one that the operator has mapped.
        if (type !== 'role') expect([type, await run.differences(resource, targetId)]).toEqual([type, []]);
        const again = stage.mover({ mappings: { role: { _member_: 'member' } }, passwordOf });
        expect((await again.make(resource)).targetId).toBe(targetId);
        if (type === 'project' || type === 'user')
          expect((await run.readMade(type, targetId)).attributes).toMatchObject({ domainId: 'default' });
      }
    });

    it('cannot be made there: Pumphouse writes to Identity v3', async () => {
      const source = await stage.source().identity();
      await expect(source.create('project', { name: named('no') })).rejects.toMatchObject({ kind: 'configuration' });
      await expect(source.addMember('group', 'user')).rejects.toMatchObject({ kind: 'configuration' });
    });
  });
}
