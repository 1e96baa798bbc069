import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_REQUEST_LIMITS, type TlsSettings } from '../../../config/cloud-settings.ts';
import { HttpPool } from '../../../services/openstack/http.ts';
import { LocalServer } from './local-server.ts';

// Made by certificates/make.sh: an authority, and what it signed for 127.0.0.1, for another name and for a client.
const file = (name: string) => fileURLToPath(new URL(`certificates/${name}`, import.meta.url));
const pem = (name: string) => readFileSync(file(name), 'utf8');
const pools: HttpPool[] = [];
let server: LocalServer;

afterEach(async () => {
  for (const pool of pools.splice(0)) pool.close();
  await server.stop();
});

async function serve(name: string, ca?: string): Promise<void> {
  const tls = { cert: pem(`${name}.pem`), key: pem(`${name}-key.pem`), ...(ca !== undefined && { ca: pem(ca) }) };
  server = await LocalServer.start(() => ({ body: {} }), tls);
}

function ask(tls: TlsSettings) {
  const pool = new HttpPool(DEFAULT_REQUEST_LIMITS, tls);
  pools.push(pool);
  return pool.text({ cloud: 'old', service: 'identity', method: 'GET', url: new URL(server.origin), headers: {} });
}

describe('TLS', () => {
  it('trusts a certificate of the configured authority', async () => {
    await serve('server');
    await expect(ask({ verify: true, cacert: file('ca.pem') })).resolves.toMatchObject({ status: 200 });
  });

  it('refuses one of an unknown authority, and says what to set', async () => {
    await serve('server');
    await expect(ask({ verify: true })).rejects.toMatchObject({
      kind: 'configuration',
      retry: { when: 'never' },
      details: { hint: 'set cacert to the authority that signed it, or verify: false' },
    });
  });

  it('refuses one for another name', async () => {
    await serve('elsewhere');
    await expect(ask({ verify: true, cacert: file('ca.pem') })).rejects.toMatchObject({
      kind: 'configuration',
      details: { hint: 'use the host name that the certificate is for' },
    });
  });

  it('takes any when told not to verify', async () => {
    await serve('elsewhere');
    await expect(ask({ verify: false })).resolves.toMatchObject({ status: 200 });
  });

  it('shows the client certificate where the server wants one', async () => {
    await serve('server', 'ca.pem');
    const known = { verify: true, cacert: file('ca.pem') };
    await expect(ask({ ...known, cert: file('client.pem'), key: file('client-key.pem') })).resolves.toMatchObject({
      status: 200,
    });
    await expect(ask(known)).rejects.toMatchObject({ name: 'ApiError' });
  });

  it('names the file that is missing', async () => {
    await serve('server');
    await expect(ask({ verify: true, cacert: file('missing.pem') })).rejects.toMatchObject({
      kind: 'configuration',
      message: expect.stringContaining('missing.pem'),
    });
  });
});
