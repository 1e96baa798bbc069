import { createHash, generateKeyPairSync } from 'node:crypto';
import { accepted, badRequest, type Call, conflict, notFound, ok, Refusal } from '../http/call.ts';
import { type Json, objectOf, text } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { nextHref, pageOf } from '../paging.ts';
import { computeQuotas } from '../quotas.ts';
import { micros } from '../times.ts';
import { denied } from './dialect.ts';
import type { KeyPair } from './state.ts';

/** Key pairs belong to users, not to projects; only an admin, and only from 2.10 on, reaches those of others. */
export function routeKeyPairs(service: Service): void {
  service.get('/v2.1/os-keypairs', (call) => {
    const rows = call.cloud.nova.keyPairs
      .where('user', whose(call, 'index'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page =
      call.minor >= 35
        ? pageOf(call, rows, (row) => row.name, { unknownMarker: (m) => badRequest(`marker [${m}] not found`) })
        : { rows };
    const body: Json = { keypairs: page.rows.map((row) => ({ keypair: brief(call, row) })) };
    if ('next' in page && page.next !== undefined) {
      body.keypairs_links = [{ rel: 'next', href: nextHref(call, page.next, '/compute') }];
    }
    return ok(body);
  });
  service.get('/v2.1/os-keypairs/:name', (call) => {
    const row = find(call, 'show');
    const more = {
      user_id: row.userId,
      created_at: micros(row.createdAt),
      deleted: false,
      deleted_at: null,
      id: row.number,
      updated_at: null,
    };
    const { name, public_key, fingerprint, ...type } = brief(call, row);
    return ok({ keypair: { name, public_key, fingerprint, ...more, ...type } });
  });
  service.post('/v2.1/os-keypairs', create);
  service.delete('/v2.1/os-keypairs/:name', (call) => {
    call.cloud.nova.keyPairs.remove(find(call, 'delete').id);
    return call.minor >= 2 ? { status: 204 } : accepted();
  });
}

function whose(call: Call, rule: string): string {
  const asked = call.minor >= 10 ? call.query.get('user_id') : null;
  if (asked !== null && asked !== call.caller.userId && !call.caller.isAdmin) throw denied(`os-keypairs:${rule}`);
  return asked ?? call.caller.userId;
}

function find(call: Call, rule: string): KeyPair {
  const userId = whose(call, rule);
  const row = call.cloud.nova.keyPairs.get(`${userId}/${call.params.name}`);
  if (row === undefined) throw notFound(`Keypair ${call.params.name} not found for user ${userId}`);
  return row;
}

function brief(call: Call, row: KeyPair): Json {
  const view = { name: row.name, public_key: row.publicKey, fingerprint: row.fingerprint };
  return call.minor >= 2 ? { ...view, type: row.type } : view;
}

/** MD5 of the key's bytes, as ssh-keygen showed it then. */
export function fingerprintOf(publicKey: string): string | undefined {
  const [kind = '', blob = ''] = publicKey.trim().split(/\s+/);
  if (!/^(ssh|ecdsa)-/.test(kind) || !/^AAAA[A-Za-z0-9+/]+=*$/.test(blob)) return undefined;
  const hash = createHash('md5').update(Buffer.from(blob, 'base64')).digest('hex');
  return hash.replace(/..(?!$)/g, '$&:');
}

function create(call: Call) {
  const { cloud, caller, minor } = call;
  const given = objectOf(objectOf(call.body).keypair);
  const name = text(given.name);
  if (name === undefined) throw badRequest("Invalid input for field/attribute keypair. 'name' is a required property");
  const asked = minor >= 10 ? text(given.user_id) : undefined;
  if (asked !== undefined && asked !== caller.userId && !caller.isAdmin) throw denied('os-keypairs:create');
  const userId = asked ?? caller.userId;
  if (cloud.nova.keyPairs.has(`${userId}/${name}`)) throw conflict(`Key pair '${name}' already exists.`);
  const held = cloud.nova.keyPairs.where('user', userId).length;
  if (held >= (computeQuotas(cloud, caller.projectId).key_pairs ?? 100)) {
    throw new Refusal(403, 'Quota exceeded, too many key pairs.');
  }
  let publicKey = text(given.public_key);
  let privateKey: string | undefined;
  if (publicKey === undefined) {
    // From 2.92 on Nova makes no keys any more.
    if (minor >= 92) throw badRequest("Invalid input for field/attribute keypair. 'public_key' is a required property");
    [publicKey, privateKey] = generate();
  }
  const fingerprint = fingerprintOf(publicKey);
  if (fingerprint === undefined) throw badRequest('Keypair data is invalid: failed to generate fingerprint');
  const type = given.type === 'x509' ? 'x509' : 'ssh';
  const createdAt = cloud.clock.now();
  const number = cloud.nova.nextOrder++;
  const row: KeyPair = { id: `${userId}/${name}`, number, name, userId, publicKey, fingerprint, type, createdAt };
  cloud.nova.keyPairs.add(row);
  const secret = privateKey === undefined ? {} : { private_key: privateKey };
  return { status: minor >= 2 ? 201 : 200, body: { keypair: { ...secret, ...brief(call, row), user_id: userId } } };
}

/** An RSA pair; the public half in OpenSSH's form (RFC 4253, 6.6). */
function generate(): [string, string] {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(String(jwk.n), 'base64url')]);
  const blob = Buffer.concat([
    field(Buffer.from('ssh-rsa')),
    field(Buffer.from(String(jwk.e), 'base64url')),
    field(modulus),
  ]);
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  return [`ssh-rsa ${blob.toString('base64')} Generated-by-Nova`, pem];
}
