import { afterEach, expect, it } from '@jest/globals';
import type { Simulator } from '../../simulator/index.ts';
import { at, type Client, login, start } from './sim-client.ts';

let simulator: Simulator;
afterEach(() => simulator.close());

async function made(admin: Client, kind: string, fields: object): Promise<string> {
  const answer = await admin.post(`/identity/v3/${kind}s`, { [kind]: fields });
  expect(answer.status).toBe(201);
  return String(at(answer.body, kind, 'id'));
}

it('makes no project below a disabled one, and disables none above an enabled one', async () => {
  simulator = await start();
  const admin = await login(simulator);
  const open = await made(admin, 'project', { name: 'open' });
  await made(admin, 'project', { name: 'below', parent_id: open });
  expect((await admin.call('PATCH', `/identity/v3/projects/${open}`, { project: { enabled: false } })).status).toBe(
    403,
  );
  const closed = await made(admin, 'project', { name: 'closed', enabled: false });
  const refused = await admin.post('/identity/v3/projects', { project: { name: 'inside', parent_id: closed } });
  expect([refused.status, at(refused.body, 'error', 'message')]).toEqual([
    400,
    `cannot create a project in a branch containing a disabled project: ${closed}`,
  ]);
});

it('keeps fields that it does not know, of every kind of object', async () => {
  simulator = await start();
  const admin = await login(simulator);
  for (const kind of ['domain', 'project', 'user', 'group', 'role']) {
    const id = await made(admin, kind, { name: 'x', note: 'hello' });
    const { body } = await admin.get(`/identity/v3/${kind}s/${id}`);
    expect(at(body, kind, 'note')).toBe('hello');
  }
});

it('takes the id of a domain from who makes it, once, and refuses tags with a slash or a comma', async () => {
  simulator = await start();
  const admin = await login(simulator);
  const id = 'a1'.repeat(16);
  expect(await made(admin, 'domain', { name: 'own', explicit_domain_id: id, tags: ['t'] })).toBe(id);
  const again = await admin.post('/identity/v3/domains', { domain: { name: 'other', explicit_domain_id: id } });
  expect(again.status).toBe(409);
  const project = await made(admin, 'project', { name: 'tagged', tags: ['fine'] });
  expect((await admin.call('PATCH', `/identity/v3/projects/${project}`, { project: { tags: ['a/b'] } })).status).toBe(
    400,
  );
});
