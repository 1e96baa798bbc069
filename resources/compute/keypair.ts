import type { NovaKeypair } from '../../services/openstack/index.ts';
import { isApiError, NovaWriting } from '../../services/openstack/index.ts';
import { usersWithRoles } from '../identity/role-assignments.ts';
import type { Reader } from '../reader.ts';
import type { Resource, ResourceType } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';

export interface KeypairAttributes {
  readonly userId: string;
  readonly keyType: 'ssh' | 'x509';
  readonly publicKey: string;
  readonly fingerprint: string;
}

/** Users whose keypairs are asked for at the same time; the session caps all calls besides. */
const USERS_AT_ONCE = 8;

/**
 * Compute API, "Keypairs". A keypair belongs to a user, not to a project, and its name is unique only for that user:
 * our id is `USER/NAME`. Nova has no list of all, so those of every user with a role are read (microversion 2.10).
 */
export const keypair: ResourceType<KeypairAttributes> = {
  name: 'keypair',
  service: 'compute',
  ownedBy: 'cloud',
  identity: { keepsId: false, key: ['userId', 'name'] },
  rules: { userId: 'reference', keyType: 'exact', publicKey: 'exact', fingerprint: 'exact' },

  async *list(reader, scope) {
    const owners = await keypairOwners(reader, scope.projectId);
    for (let start = 0; start < owners.length; start += USERS_AT_ONCE) {
      const batch = owners.slice(start, start + USERS_AT_ONCE);
      yield (await Promise.all(batch.map((userId) => keypairsOf(reader, userId)))).flat();
    }
  },

  async get(reader, id) {
    const { userId, name } = parseKeypairId(id);
    return asResource(await reader.cloud.compute.keypair(name, await otherThanLogin(reader, userId)), userId);
  },

  references({ attributes }) {
    return [{ type: 'user', id: attributes.userId, relation: 'requires', why: 'belongs to' }];
  },

  moving: {
    unmarked: true,

    translate: (attributes, to) => ({ ...attributes, userId: to.id('user', attributes.userId) }),

    async *candidates(target, { name, attributes }) {
      const there = await unlessGone(() => keypair.get(target, keypairId(attributes.userId, name)));
      if (there !== undefined) yield [there];
    },

    async create({ target }, { name, attributes }) {
      const { userId, keyType, publicKey } = attributes;
      const key = { name, public_key: publicKey, type: keyType };
      await new NovaWriting(target.cloud.compute.client).createKeypair(key, await otherThanLogin(target, userId));
      return keypairId(userId, name);
    },

    async remove({ target }, id) {
      const { userId, name } = parseKeypairId(id);
      await new NovaWriting(target.cloud.compute.client).deleteKeypair(name, await otherThanLogin(target, userId));
    },
  },
};

/** The id of the keypair that a user calls `name`. */
export function keypairId(userId: string, name: string): string {
  return `${userId}/${name}`;
}

function parseKeypairId(id: string): { userId: string; name: string } {
  const slash = id.indexOf('/');
  return { userId: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** The login may own keypairs without a role that Keystone lists: an admin of the system, for instance. */
async function keypairOwners(reader: Reader, projectId: string | undefined): Promise<readonly string[]> {
  const owners = await usersWithRoles(reader, projectId);
  const { user } = await reader.cloud.whoAmI();
  return projectId !== undefined || owners.includes(user.id) ? owners : [...owners, user.id];
}

async function keypairsOf(reader: Reader, userId: string): Promise<Resource<KeypairAttributes>[]> {
  const other = await otherThanLogin(reader, userId);
  const found: Resource<KeypairAttributes>[] = [];
  try {
    for await (const page of reader.cloud.compute.keypairs(other))
      for (const body of page) found.push(asResource(body, userId));
  } catch (error) {
    if (other === undefined || !isApiError(error, 'forbidden', 'configuration')) throw error;
    const why = error.kind === 'forbidden' ? 'not allowed to' : 'the server is too old (2.10 is needed) to';
    reader.note(`${why} read other users' keypairs: only the login's own are shown`, 'keypair');
  }
  return found;
}

/** Whom an admin must name; undefined for the login itself, which needs no microversion for it. */
async function otherThanLogin({ cloud }: Reader, userId: string): Promise<string | undefined> {
  return (await cloud.whoAmI()).user.id === userId ? undefined : userId;
}

function asResource(body: NovaKeypair, userId: string): Resource<KeypairAttributes> {
  return {
    type: 'keypair',
    id: keypairId(userId, body.name),
    name: body.name,
    attributes: {
      userId,
      keyType: body.type ?? 'ssh',
      publicKey: body.public_key,
      fingerprint: body.fingerprint,
    },
  };
}
