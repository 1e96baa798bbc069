import { expect, it } from '@jest/globals';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import type { KeystoneAssignment } from '../../../services/openstack/keystone.ts';
import { KeystoneV2 } from '../../../services/openstack/keystone-v2.ts';
import type { Handler, Reply } from './local-server.ts';
import { cloudWith, login } from './login-at.ts';

const ADMIN = '/admin/v2.0';
const gone: Reply = { status: 404, body: { error: { code: 404, title: 'Not Found', message: 'Could not find it.' } } };

async function assignments(routes: Handler, projectId?: string): Promise<readonly KeystoneAssignment[]> {
  const cloud = await cloudWith({
    versions: ['v2.0'],
    catalog: [
      { type: 'identity', at: '/v2.0', interface: 'public' },
      { type: 'identity', at: ADMIN, interface: 'admin' },
    ],
    routes,
  });
  const session = login(cloud, '/v2.0');
  const admin = createServiceClient(session, 'identity', { interface: 'admin' });
  const keystone = new KeystoneV2({ public: createServiceClient(session, 'identity'), admin });
  const found: KeystoneAssignment[] = [];
  for await (const page of keystone.assignments(projectId === undefined ? {} : { projectId })) found.push(...page);
  return found;
}

const users = (...ids: string[]) => ({ body: { users: ids.map((id) => ({ id, name: id, enabled: true })) } });
const roles = (...ids: string[]) => ({ body: { roles: ids.map((id) => ({ id, name: id })) } });
const assigned = (role: string, user: string, project: string) => ({
  role: { id: role },
  user: { id: user },
  scope: { project: { id: project } },
});

it("the roles of a tenant's users are asked for at once", async () => {
  const waiting: (() => void)[] = [];
  const found = await assignments(async ({ path }) => {
    if (path === `${ADMIN}/tenants/t1/users`) return users('ann', 'bob', 'cid');
    if (!path.endsWith('/roles')) return undefined;
    // Nobody is answered before all have asked.
    await new Promise<void>((answer) => {
      waiting.push(answer);
      if (waiting.length === 3) for (const one of waiting) one();
    });
    return roles('member');
  }, 't1');
  expect(found).toEqual(['ann', 'bob', 'cid'].map((user) => assigned('member', user, 't1')));
});

it('a user that is deleted in between is passed over', async () => {
  const found = await assignments(({ path }) => {
    if (path === `${ADMIN}/tenants/t1/users`) return users('ann', 'bob');
    return path.endsWith('/ann/roles') ? gone : roles('member', 'admin');
  }, 't1');
  expect(found).toEqual([assigned('member', 'bob', 't1'), assigned('admin', 'bob', 't1')]);
});

it('so is a tenant, when all are read, but not when it was asked for', async () => {
  const routes: Handler = ({ path }) => {
    const tenants = ['t1', 't2'].map((id) => ({ id, name: id, enabled: true }));
    if (path === `${ADMIN}/tenants`) return { body: { tenants } };
    if (path === `${ADMIN}/tenants/t1/users`) return gone;
    return path === `${ADMIN}/tenants/t2/users` ? users('ann') : roles('member');
  };
  await expect(assignments(routes)).resolves.toEqual([assigned('member', 'ann', 't2')]);
  await expect(assignments(routes, 't1')).rejects.toMatchObject({ kind: 'not-found' });
});
