import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Simulator } from '../../simulator/index.ts';
import { at, Client, each, start } from './sim-client.ts';

let simulator: Simulator;
let user: Client;
let admin: Client;

async function login(base: string, username: string, password: string, tenantName?: string) {
  const auth = { passwordCredentials: { username, password }, ...(tenantName === undefined ? {} : { tenantName }) };
  return await new Client(base, '').post('/identity/v2.0/tokens', { auth });
}

beforeAll(async () => {
  simulator = await start({ identity: 'v2.0', release: 'pike' });
  const { publicUrl, adminUrl } = simulator.cloud('one').state;
  const token = String(at((await login(publicUrl, 'admin', 'admin', 'admin')).body, 'access', 'token', 'id'));
  user = new Client(publicUrl, token);
  admin = new Client(adminUrl, token);
});
afterAll(() => simulator.close());

describe('Identity v2.0', () => {
  it('is all there is: v3 is not found', async () => {
    expect((await user.get('/identity/v3/')).status).toBe(404);
    const versions = at((await user.get('/identity/')).body, 'versions', 'values');
    expect(versions).toHaveLength(1);
  });

  it('names its admin port in the catalogue', async () => {
    const { publicUrl, adminUrl } = simulator.cloud('one').state;
    const answer = await login(publicUrl, 'admin', 'admin', 'admin');
    const catalogue = at(answer.body, 'access', 'serviceCatalog') as unknown[];
    const identity = catalogue.find((entry) => at(entry, 'type') === 'identity');
    expect(at(identity, 'endpoints', 0, 'adminURL')).toBe(`${adminUrl}/identity/v2.0`);
    expect(at(identity, 'endpoints', 0, 'publicURL')).toBe(`${publicUrl}/identity/v2.0`);
  });

  it('gives an empty catalogue without a tenant, and 401 for a wrong password', async () => {
    const { publicUrl } = simulator.cloud('one').state;
    expect(at((await login(publicUrl, 'admin', 'admin')).body, 'access', 'serviceCatalog')).toEqual([]);
    expect((await login(publicUrl, 'admin', 'wrong', 'admin')).status).toBe(401);
    expect((await user.get('/identity/v2.0/tokens')).status).toBe(404);
  });

  it('shows users on the admin port only', async () => {
    const refused = await user.get('/identity/v2.0/users');
    expect(refused.status).toBe(404);
    expect(at(refused.body, 'error', 'message')).toMatch(/\(http.*\/v2.0\/users\): The resource could not be found./);
    expect(each((await admin.get('/identity/v2.0/users')).body, 'users', 'name')).toContain('ann');
  });

  it('lists the own tenants on the public port, and all on the admin port', async () => {
    expect(each((await user.get('/identity/v2.0/tenants')).body, 'tenants', 'name')).toEqual(['admin']);
    expect(each((await admin.get('/identity/v2.0/tenants')).body, 'tenants', 'name')).toContain('acme');
    expect(at((await admin.get('/identity/v2.0/tenants?limit=2')).body, 'tenants')).toHaveLength(2);
  });

  it('answers a name with one object and not with a list', async () => {
    expect(at((await admin.get('/identity/v2.0/tenants?name=acme')).body, 'tenant', 'name')).toBe('acme');
    expect(at((await admin.get('/identity/v2.0/users?name=ann')).body, 'user', 'username')).toBe('ann');
  });

  it('knows the roles of a user in a tenant, and of a user alone not', async () => {
    const tenant = at((await admin.get('/identity/v2.0/tenants?name=acme')).body, 'tenant', 'id');
    const ann = at((await admin.get('/identity/v2.0/users?name=ann')).body, 'user', 'id');
    expect((await admin.get(`/identity/v2.0/users/${ann}/roles`)).status).toBe(501);
    const roles = await admin.get(`/identity/v2.0/tenants/${tenant}/users/${ann}/roles`);
    expect(each(roles.body, 'roles', 'name')).toEqual(['_member_']);
  });

  it('leaves Nova without a way to check a project: quota sets are 400', async () => {
    const tenant = at((await admin.get('/identity/v2.0/tenants?name=acme')).body, 'tenant', 'id');
    expect((await user.get(`/compute/v2.1/os-quota-sets/${tenant}`)).status).toBe(400);
  });
});
