import { afterEach, expect, it } from '@jest/globals';
import type { Simulator } from '../../simulator/index.ts';
import { at, Client, each, login, start } from './sim-client.ts';

let simulator: Simulator;
afterEach(() => simulator.close());

const HOUR = 3600_000;

it('lists its versions with 300 on the root, and needs no token for that', async () => {
  simulator = await start();
  const anybody = new Client(simulator.cloud('one').state.publicUrl, '');
  const answer = await anybody.get('/identity/');
  expect(answer.status).toBe(300);
  expect(at(answer.body, 'versions', 'values', 0, 'id')).toBe('v3.14');
});

it('gives a token with a catalogue, and refuses it when its time is over', async () => {
  simulator = await start({ tokenLifetimeMs: HOUR });
  const admin = await login(simulator);
  expect((await admin.get('/identity/v3/users')).status).toBe(200);
  simulator.clock.advance(HOUR);
  const refused = await admin.get('/identity/v3/users');
  expect(refused.status).toBe(401);
  expect(at(refused.body, 'error', 'title')).toBe('Unauthorized');
  expect(refused.headers.get('www-authenticate')).toContain('Keystone uri=');
});

it('tells a wrong password, an unknown user and a project without a role apart in no way', async () => {
  simulator = await start();
  for (const [user, password, project] of [
    ['admin', 'wrong', 'admin'],
    ['nobody', 'admin', 'admin'],
    ['ann', 'secret', 'globex'],
  ] as const) {
    await expect(login(simulator, user, password, project)).rejects.toThrow('401');
  }
});

it('ends the tokens of a user who loses the last role in a project', async () => {
  simulator = await start();
  const ann = await login(simulator, 'ann', 'secret', 'acme');
  expect((await ann.get('/compute/v2.1/servers')).status).toBe(200);
  const { identity } = simulator.cloud('one').state;
  const user = identity.users.where('name', 'ann')[0];
  for (const row of identity.assignments.where('actor', user?.id ?? '')) identity.assignments.remove(row.id);
  expect((await ann.get('/compute/v2.1/servers')).status).toBe(401);
});

it('ignores the id that a client chooses for a project, and refuses a second of the same name', async () => {
  simulator = await start();
  const admin = await login(simulator);
  const id = 'a'.repeat(32);
  const made = await admin.post('/identity/v3/projects', { project: { name: 'new', id } });
  expect(made.status).toBe(201);
  expect(at(made.body, 'project', 'id')).not.toBe(id);
  expect((await admin.post('/identity/v3/projects', { project: { name: 'new' } })).status).toBe(409);
});

it('lets a plain member list nothing but what is its own', async () => {
  simulator = await start();
  const ann = await login(simulator, 'ann', 'secret', 'acme');
  const refused = await ann.get('/identity/v3/users');
  expect(refused.status).toBe(403);
  expect(at(refused.body, 'error', 'message')).toBe(
    'You are not authorized to perform the requested action: identity:list_users.',
  );
  expect(each((await ann.get('/identity/v3/auth/projects')).body, 'projects', 'name')).toEqual(['acme']);
});

it('follows groups, implied roles and inheritance in effective assignments', async () => {
  simulator = await start();
  const admin = await login(simulator);
  const { identity } = simulator.cloud('one').state;
  const gus = identity.users.where('name', 'gus')[0]?.id ?? '';
  const acme = identity.projects.where('name', 'acme')[0]?.id ?? '';
  const member = identity.roles.where('name', 'member')[0]?.id ?? '';
  const group = at((await admin.post('/identity/v3/groups', { group: { name: 'staff' } })).body, 'group', 'id');
  await admin.call('PUT', `/identity/v3/groups/${group}/users/${gus}`);
  const path = `/identity/v3/OS-INHERIT/domains/default/groups/${group}/roles/${member}/inherited_to_projects`;
  expect((await admin.call('PUT', path)).status).toBe(204);
  const query = `user.id=${gus}&scope.project.id=${acme}&effective&include_names`;
  const found = await admin.get(`/identity/v3/role_assignments?${query}`);
  const names = (at(found.body, 'role_assignments') as unknown[]).map((row) => at(row, 'role', 'name'));
  expect(names.sort()).toEqual(['member', 'reader']);
  await expect(login(simulator, 'gus', 'secret', 'acme')).resolves.toBeInstanceOf(Client);
});

it('accepts an application credential for its own project, and no other scope after it', async () => {
  simulator = await start();
  const ann = await login(simulator, 'ann', 'secret', 'acme');
  const { state } = simulator.cloud('one');
  const user = state.identity.users.where('name', 'ann')[0]?.id ?? '';
  const body = { application_credential: { name: 'mover' } };
  const made = await ann.post(`/identity/v3/users/${user}/application_credentials`, body);
  const credential = {
    id: at(made.body, 'application_credential', 'id'),
    secret: at(made.body, 'application_credential', 'secret'),
  };
  const identity = { methods: ['application_credential'], application_credential: credential };
  const anybody = new Client(state.publicUrl, '');
  const token = await anybody.post('/identity/v3/auth/tokens', { auth: { identity } });
  expect(at(token.body, 'token', 'project', 'name')).toBe('acme');
  const again = { methods: ['token'], token: { id: token.headers.get('x-subject-token') } };
  expect((await anybody.post('/identity/v3/auth/tokens', { auth: { identity: again } })).status).toBe(401);
});
