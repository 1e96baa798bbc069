import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { CloudSettings } from '../../../config/cloud-settings.ts';
import { Secret } from '../../../config/secret.ts';
import { openProvisioner } from '../../../services/provisioner/index.ts';
import { LocalServer, type Received } from '../openstack/local-server.ts';
import { target } from './fuel-stage.ts';
import { NODE, nailgun, opened, received, servers } from './scripted-nailgun.ts';

const TOKEN = 'f00dfeedf00dfeedf00dfeedf00dfeed';
const html = (title: string, body: string) =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1><pre>${body}</pre></body></html>`;

describe('answers of Nailgun', () => {
  it.each([
    ['409 as JSON', 409, '{"message": "Deployment already started", "errors": []}'],
    ['400 as JSON', 400, '{"message": "A task is already running", "errors": []}'],
    ['400 as text', 400, 'Cannot perform the actions because there are another running tasks.'],
    ['500 as a page', 500, html('DeploymentAlreadyStarted at /api/clusters/1/changes', `x\n${'line\n'.repeat(999)}`)],
    ['500 as text', 500, 'Deployment already started'],
  ])('fact 5: another deployment that is told with %s is busy, and passes', async (_shape, status, body) => {
    const driver = await nailgun({ 'PUT clusters/1/changes': { status, body } });
    const failure = await driver.deploy('1', '3').catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'busy', retry: { when: 'back-off' }, details: { status, service: 'fuel' } });
    expect(String(failure).length).toBeLessThan(400);
  });

  it('fact 5: 6.0 would begin a second run: its tasks are looked at before, and nothing is sent', async () => {
    const task = { id: 7, name: 'deployment', status: 'running', progress: null };
    const driver = await nailgun({ 'GET tasks?cluster_id=1': { body: [task] } });
    await expect(driver.deploy('1', '3')).rejects.toMatchObject({ kind: 'busy' });
    expect(received().some(({ method }) => method === 'PUT')).toBe(false);
  });

  it.each([
    ['JSON that calls itself HTML', 404, 'text/html', '{"message": "Node not found", "errors": []}', 'not-found'],
    ['text that calls itself JSON', 404, 'application/json', 'Node not found', 'not-found'],
    ['text', 400, 'text/plain', 'Changing cluster on the fly is not allowed', 'invalid'],
    ['text of a mistake of its own', 500, 'text/plain', 'Unexpected exception, please check logs', 'unavailable'],
    ['a lock', 403, 'text/html', '{"message": "Node hostname may be changed only before provisioning."}', 'forbidden'],
    ['a name that is taken', 409, 'text/html', '{"message": "Node with hostname x exists", "errors": []}', 'conflict'],
  ])('fact 6: reads %s', async (_shape, status, type, body, kind) => {
    const driver = await nailgun({ 'GET nodes/3': { status, headers: { 'content-type': type }, body } });
    const reason = body.startsWith('{') ? (JSON.parse(body) as { message: string }).message : body;
    await expect(driver.node('3')).rejects.toMatchObject({ kind, details: { status, reason, cloud: 'new' } });
  });

  it('fact 6: a page is cut, and tells no token', async () => {
    const page = (request: Received) => html('TypeError at /api/nodes/3', `HTTP_X_AUTH_TOKEN ${tokenOf(request)}`);
    const driver = await nailgun({
      'GET version': ({ headers }) =>
        headers['x-auth-token'] === undefined ? { status: 401 } : { body: { release: '9.2' } },
      'POST /keystone/v2.0/tokens': { body: { access: { token: { id: TOKEN } } } },
      'GET nodes/3': (request) => ({ status: 500, body: page(request) }),
    });
    const failure = await driver.node('3').catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('TypeError') });
    expect(String(failure)).not.toContain(TOKEN);
  });

  it.each(['null', 'None', ''])('fact 7: an assignment that is answered with %j is done', async (body) => {
    const driver = await nailgun({
      'GET nodes/3': { body: { ...NODE, cluster: null, pending_roles: [] } },
      'POST clusters/1/assignment': { body },
    });
    await driver.assign('1', '3', { roles: ['compute'] });
    expect(received().at(-1)?.body).toBe('[{"id":3,"roles":["compute"]}]');
  });

  it('fact 8: reads what is encoded twice', async () => {
    const driver = await nailgun({ 'GET nodes/3': { body: JSON.stringify(JSON.stringify(NODE)) } });
    await expect(driver.node('3')).resolves.toMatchObject({ id: '3', status: 'discover' });
  });

  it('fact 10: changes the names of a node and sends nothing else of it, before its roles', async () => {
    const free = { ...NODE, cluster: null, pending_roles: [], group_id: null, hostname: 'node-3' };
    const driver = await nailgun({
      'GET nodes/3': { body: free },
      'PUT nodes/3': { body: JSON.stringify(JSON.stringify(free)) },
      'POST clusters/1/assignment': { body: 'null' },
    });
    await driver.assign('1', '3', { hostname: 'c7', roles: ['compute'] });
    const writes = received().filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, body }) => [method, JSON.parse(body)])).toEqual([
      ['PUT', { name: 'c7', hostname: 'c7' }],
      ['POST', [{ id: 3, roles: ['compute'] }]],
    ]);
  });

  it('fact 16: "no changes" is told as something to look at, not as done', async () => {
    const driver = await nailgun({ 'PUT clusters/1/changes': { status: 400, body: 'No changes to deploy' } });
    await expect(driver.deploy('1', '3')).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('fact 20: nothing is sent to Keystone where authentication is off', async () => {
    await expect((await nailgun({})).version()).resolves.toBe('Fuel 9.2');
    expect(received().every(({ path }) => path === '/api/version')).toBe(true);
  });

  it('renews a refused token once, and then gives up', async () => {
    let logins = 0;
    const driver = await nailgun({
      'GET version': { status: 401 },
      'POST /keystone/v2.0/tokens': () => ({ body: { access: { token: { id: `${TOKEN}${++logins}` } } } }),
      'GET nodes/3': ({ headers }) =>
        headers['x-auth-token'] === `${TOKEN}2` ? { body: NODE } : { status: 401, body: '' },
    });
    await expect(driver.node('3')).resolves.toMatchObject({ id: '3' });
    await expect(driver.version()).rejects.toMatchObject({ kind: 'authentication' });
    expect(logins).toBe(3);
  });

  it('logs in as configured, and says what to check when that is refused', async () => {
    const driver = await nailgun(
      {
        'GET version': { body: { release: '6.0', auth_required: true } },
        'POST /keystone/v2.0/tokens': { status: 401, body: '{"error": {"message": "no", "code": 401}}' },
      },
      { fuelCredentials: { username: 'op', password: new Secret('s3cret-word'), tenant: 'ops' } },
    );
    const failure = await driver.nodes().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: 'authentication',
      details: { hint: 'check fuel_username and fuel_password' },
    });
    expect(JSON.parse(received().at(-1)?.body ?? '')).toEqual({
      auth: { tenantName: 'ops', passwordCredentials: { username: 'op', password: 's3cret-word' } },
    });
  });

  it('does not follow to the port of HTTPS, but says what to configure', async () => {
    const driver = await nailgun({
      'GET version': { status: 301, headers: { location: 'https://127.0.0.1:8443/api/version' } },
    });
    await expect(driver.nodes()).rejects.toMatchObject({
      kind: 'configuration',
      details: { hint: expect.stringContaining('https://127.0.0.1:8443/api/') },
    });
  });

  it('trusts a certificate as the configuration of the cloud says', async () => {
    const file = (name: string) => fileURLToPath(new URL(`../openstack/certificates/${name}`, import.meta.url));
    const tls = {
      cert: readFileSync(file('server.pem'), 'utf8'),
      key: readFileSync(file('server-key.pem'), 'utf8'),
    };
    const server = await LocalServer.start(() => ({ body: { release: '9.2', auth_required: false } }), tls);
    servers.push(server);
    const at = (verified: CloudSettings['tls']) => {
      const driver = openProvisioner(target(`${server.origin}/api/`, { tls: verified }));
      opened.push(driver);
      return driver.version();
    };
    await expect(at({ verify: true })).rejects.toMatchObject({ kind: 'configuration' });
    await expect(at({ verify: true, cacert: file('ca.pem') })).resolves.toBe('Fuel 9.2');
  });

  it('says what to add where the cloud has no Fuel', () => {
    expect(() => openProvisioner(target(undefined))).toThrow(/fuel_url.*http:\/\/FUEL:8000\/api\//);
  });

  it('takes a web page for no Nailgun', async () => {
    const driver = await nailgun({ 'GET nodes': { body: html('Welcome', 'to nginx') } });
    await expect(driver.nodes()).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('fuel_url'),
    });
  });
});

function tokenOf({ headers }: Received): string {
  return String(headers['x-auth-token'] ?? '');
}
