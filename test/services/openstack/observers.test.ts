import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../config/secret.ts';
import { createServiceClient } from '../../../services/openstack/create-service-client.ts';
import { debugObserver } from '../../../services/openstack/debug-observer.ts';
import { Session } from '../../../services/openstack/session.ts';
import { TimingRecorder } from '../../../services/openstack/timing-recorder.ts';
import { LocalCloud } from './local-cloud.ts';
import { opened } from './opened.ts';

async function observed(answer: object = { servers: [] }) {
  let text = '';
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const timing = new TimingRecorder();
  const cloud = await LocalCloud.start({
    catalog: [{ type: 'compute', at: '/nova' }],
    routes: ({ method }) =>
      method === 'POST'
        ? {
            status: 202,
            headers: { 'x-compute-request-id': 'req-7' },
            body: { server: { id: '1', adminPass: 'Tr0ub4dor' } },
          }
        : { body: answer },
  });
  const session = new Session(cloud.settings(), { observers: [debugObserver(out), timing] });
  opened.push(cloud, session);
  return { compute: createServiceClient(session, 'compute'), timing, cloud, text: () => text };
}

describe('the debug log', () => {
  it('shows each call with status, request id, headers and bodies', async () => {
    const { compute, text, cloud } = await observed();
    await compute.post('/servers', { server: { name: 'web-1' } });
    expect(text()).toMatch(`old: identity: POST ${cloud.server.origin}/v3/auth/tokens -> 201 (`);
    expect(text()).toMatch(/old: compute: POST \S+\/nova\/v2\.1\/servers -> 202 \(\d+ ms\) req-7/);
    expect(text()).toContain('{"server":{"name":"web-1"}}');
  });

  it('shows the fingerprint of a token, never the token', async () => {
    const { compute, text } = await observed();
    await compute.get('/servers');
    expect(text()).toContain(new Secret('token-1').fingerprint());
    expect(text()).not.toContain('token-1');
  });

  it('shows no password: neither the one sent nor one that comes back', async () => {
    const { compute, text } = await observed();
    await compute.post('/servers', {
      server: { name: 'x', adminPass: 'hunter22', user_data: 'c2VjcmV0', key: 'shown' },
    });
    expect(text()).not.toMatch(/correct-horse|hunter22|Tr0ub4dor|c2VjcmV0|0pen-sesame/);
    expect(text()).toContain('"key":"shown"');
  });

  it("shows no user's cloud-init, under the name that Nova gives it with each server", async () => {
    const server = { id: '1', 'OS-EXT-SRV-ATTR:user_data': 'c2VjcmV0', 'OS-EXT-SRV-ATTR:hostname': 'web-1' };
    const { compute, text } = await observed({ servers: [server] });
    await compute.get('/servers/detail');
    expect(text()).not.toContain('c2VjcmV0');
    expect(text()).toContain('"OS-EXT-SRV-ATTR:hostname":"web-1"');
  });

  it('shows a call that got no answer, with the reason', async () => {
    const { compute, text, cloud } = await observed();
    await compute.get('/servers');
    await cloud.stop();
    await expect(compute.post('/servers', {})).rejects.toMatchObject({ kind: 'network' });
    expect(text()).toMatch(/old: compute: POST \S+ -> (connection refused|\S+ closed)/);
  });
});

describe('the timing table', () => {
  it('has a line for each call, logins included', async () => {
    const { compute, timing } = await observed();
    await compute.get('/servers', { query: { limit: 1 } });
    const lines = timing.timings().map(({ service, method, path, status }) => `${service} ${method} ${path} ${status}`);
    expect(lines).toContain('identity POST /v3/auth/tokens 201');
    expect(lines.at(-1)).toBe('compute GET /nova/v2.1/servers?limit=1 200');
    expect(timing.timings().at(-1)?.sizeBytes).toBe('{"servers":[]}'.length);
  });
});
