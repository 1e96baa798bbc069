import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { OpenClouds } from '../../activities/open-clouds.ts';
import { type LoanActivities, loanActivities, type RoleLoan } from '../../activities/role-loans.ts';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { identityAdmin } from '../contract/fixture-identity.ts';
import { named } from './identity-fixture.ts';

/** The mover's role in a project: borrowed, good for a login there, and given back. */
export function roleLoans(
  title: string,
  memberRole: string,
  open: () => Promise<{ readonly settings: CloudSettings; close(): Promise<void> }>,
): void {
  describe(`a role is lent to the mover, ${title}`, () => {
    let loans: LoanActivities;
    let cloud: Cloud;
    let projectId: string;
    let removeAll: () => Promise<void>;
    const request = () => ({ cloud: cloud.name, projectId });
    const run = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(work) as Promise<T>;
    const needed = () => run(() => loans.neededLoan(request()));

    beforeAll(async () => {
      const { settings, close } = await open();
      const clouds = new OpenClouds([settings]);
      loans = loanActivities(clouds);
      cloud = clouds.get(settings.name);
      const client = await identityAdmin(cloud);
      const [path, what] = (await cloud.identity()).version === 'v3' ? ['projects', 'project'] : ['tenants', 'tenant'];
      const body = { [what]: { name: named('lender'), enabled: true } };
      projectId = (await client.post<Record<string, { id: string }>>(path, body))[what]?.id ?? '';
      removeAll = async () => {
        await client.delete(`${path}/${projectId}`);
        cloud.close();
        await close();
      };
    }, 60_000);
    afterAll(() => removeAll());

    it('a member’s, as often as it is asked for, and returned as often', async () => {
      const { user } = await cloud.whoAmI();
      const loan = (await needed()) as RoleLoan;
      expect(loan.userId).toBe(user.id);
      expect((await (await cloud.identity()).role(loan.roleId)).name).toBe(memberRole);
      await expect(cloud.inProject(projectId).whoAmI()).rejects.toMatchObject({ kind: 'authentication' });
      for (let time = 0; time < 2; time += 1) await run(() => loans.lendRole({ ...request(), loan }));
      expect((await cloud.inProject(projectId).project())?.id).toBe(projectId);
      expect(await needed()).toBeUndefined();
      for (let time = 0; time < 2; time += 1) await run(() => loans.returnRole({ ...request(), loan }));
      await expect(cloud.inProject(projectId).whoAmI()).rejects.toMatchObject({ kind: 'authentication' });
    });

    it('none where the mover has a role', async () => {
      const own = await cloud.project();
      expect(await run(() => loans.neededLoan({ cloud: cloud.name, projectId: own?.id ?? '' }))).toBeUndefined();
    });

    it('a member’s also where the mover has only a role of the operator’s own, which stays', async () => {
      const client = await identityAdmin(cloud);
      const { version } = await cloud.identity();
      const [path, at] = version === 'v3' ? ['roles', ['projects']] : ['OS-KSADM/roles', ['tenants', 'OS-KSADM/']];
      const body = { role: { name: named('billing') } };
      const roleId = (await client.post<{ role: { id: string } }>(path, body)).role.id;
      const { user } = await cloud.whoAmI();
      const grant = `${at[0]}/${projectId}/users/${user.id}/roles/${at[1] ?? ''}${roleId}`;
      await client.put(grant, undefined);
      expect(await needed()).toMatchObject({ userId: user.id, roleId: expect.not.stringMatching(roleId) });
      await client.delete(grant);
      if (version === 'v3') await client.delete(`roles/${roleId}`);
    });

    it('returned also when the project is gone', async () => {
      const loan = (await needed()) as RoleLoan;
      const gone = { cloud: cloud.name, projectId: 'f'.repeat(32) };
      await expect(run(() => loans.returnRole({ ...gone, loan }))).resolves.toBeUndefined();
    });
  });
}
