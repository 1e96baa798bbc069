import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import type { ServiceType } from '../../../services/openstack/service-client.ts';
import { Session } from '../../../services/openstack/session.ts';
import { LocalCloud, type LocalCloudOptions } from './local-cloud.ts';
import type { Handler } from './local-server.ts';
import { opened } from './opened.ts';

async function client(service: ServiceType, routes: Handler, options: LocalCloudOptions = {}) {
  const catalog = [
    { type: 'compute', at: '/nova/v2/ops-id' },
    { type: 'image', at: '/glance' },
  ];
  const cloud = await LocalCloud.start({ catalog, routes, ...options });
  const session = new Session(cloud.settings(), { retry: { backOffMs: 0 } });
  opened.push(cloud, session);
  return { cloud, api: createServiceClient(session, service) };
}

const novaVersions = {
  versions: [
    { id: 'v2.0', status: 'SUPPORTED', links: [{ rel: 'self', href: '/nova/v2/' }], version: '', min_version: '' },
    {
      id: 'v2.1',
      status: 'CURRENT',
      links: [{ rel: 'self', href: '/nova/v2.1/' }],
      version: '2.15',
      min_version: '2.1',
    },
  ],
};
const nova: Handler = ({ path }) => (path === '/nova/' ? { body: novaVersions } : { body: { servers: [{ id: 'a' }] } });

describe('a service client', () => {
  it('calls below the versioned endpoint with query, lists and microversion', async () => {
    const { cloud, api } = await client('compute', nova);
    await api.get('/servers', {
      query: { limit: 5, tags: ['a', 'b'], deleted: false, none: undefined },
      microversion: { upTo: '2.90' },
    });
    const [call] = cloud.server.calls('GET', '/nova/v2.1/ops-id/servers');
    expect(call?.query.toString()).toBe('limit=5&tags=a&tags=b&deleted=false');
    expect(call?.headers).toMatchObject({
      'openstack-api-version': 'compute 2.15',
      'x-openstack-nova-api-version': '2.15',
    });
    await expect(api.endpoint()).resolves.toBe(`${cloud.server.origin}/nova/v2.1/ops-id`);
    await expect(api.maxMicroversion()).resolves.toBe('2.15');
  });

  it('sends nothing when the server is too old for the call', async () => {
    const { cloud, api } = await client('compute', nova);
    await expect(api.get('/servers', { microversion: { atLeast: '2.26' } })).rejects.toThrow(
      'old: compute: needs at least microversion 2.26, the server has 2.15',
    );
    expect(cloud.server.calls('GET', '/nova/v2.1/ops-id/servers')).toHaveLength(0);
  });

  it('pages a collection', async () => {
    const { api } = await client('compute', nova);
    const pages: (readonly { id: string }[])[] = [];
    for await (const page of api.pages<{ id: string }>('/servers', { collection: 'servers' })) pages.push(page);
    expect(pages).toEqual([[{ id: 'a' }]]);
  });

  it('takes an answer without a body', async () => {
    const { api } = await client('compute', (request, response) =>
      request.method === 'POST' ? { status: 202 } : nova(request, response),
    );
    await expect(api.post('/servers/a/action', { 'os-stop': null })).resolves.toBeUndefined();
  });

  it('takes no web page for an answer', async () => {
    const { api } = await client('compute', () => ({ body: '<html><title>Welcome to nginx</title></html>' }));
    await expect(api.get('/servers')).rejects.toMatchObject({ kind: 'protocol' });
  });
});

describe('image data', () => {
  it('comes as a stream with its headers', async () => {
    const { api } = await client('image', ({ path }, response) => {
      if (!path.endsWith('/file')) return undefined;
      response.writeHead(200, { 'content-md5': 'abc', 'content-type': 'application/octet-stream' });
      response.end(Buffer.from([0, 1, 2, 255]));
      return undefined;
    });
    const answer = await api.requestStream('GET', '/images/1/file');
    expect(answer.headers).toMatchObject({ 'content-md5': 'abc' });
    expect(Buffer.concat(await answer.body.toArray())).toEqual(Buffer.from([0, 1, 2, 255]));
  });

  it('that is not there is an error like any other', async () => {
    const { api } = await client('image', () => undefined);
    await expect(api.requestStream('GET', '/images/1/file')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('goes out with type and length', async () => {
    const { cloud, api } = await client('image', ({ method }) => (method === 'PUT' ? { status: 204 } : undefined));
    const body = Readable.from([Buffer.from('abc'), Buffer.from('def')]);
    const answer = await api.requestStream('PUT', '/images/1/file', { body, sizeBytes: 6 });
    expect(answer.status).toBe(204);
    const [call] = cloud.server.calls('PUT', '/glance/v2/images/1/file');
    expect(call?.body).toBe('abcdef');
    expect(call?.headers).toMatchObject({ 'content-length': '6', 'content-type': 'application/octet-stream' });
  });

  it('whose token was revoked can be sent again with a new one', async () => {
    const { cloud, api } = await client('image', ({ method }) => (method === 'PUT' ? { status: 204 } : undefined));
    await api.endpoint();
    cloud.revokeTokens();
    const send = () =>
      api.requestStream('PUT', '/images/1/file', { body: Readable.from([Buffer.from('abc')]), sizeBytes: 3 });
    await expect(send()).rejects.toMatchObject({ kind: 'authentication', retry: { when: 'back-off' } });
    await expect(send()).resolves.toMatchObject({ status: 204 });
  });
});
