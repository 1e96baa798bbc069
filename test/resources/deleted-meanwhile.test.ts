import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Reader } from '../../resources/reader.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { isApiError } from '../../services/api-error.ts';
import { look, type OneCloud, oneCloud } from './one-cloud.ts';

const population = {
  flavors: [
    { name: 'small', id: 'small' },
    { name: 'private', id: 'private', tenants: ['acme'] },
  ],
  images: [{ name: 'debian', visibility: 'public' as const }],
  publicNetwork: {},
  tenants: [
    {
      name: 'acme',
      users: [{ name: 'ann', keypairs: ['key'] }],
      networks: [{ name: 'net' }],
      volumes: [{ name: 'data' }],
      servers: [
        { name: 'with-disk', flavor: 'small', image: 'debian', networks: [{ name: 'net' }], volumes: ['data'] },
        { name: 'plain', flavor: 'small', image: 'debian', networks: [{ name: 'net' }], floatingIp: true },
      ],
    },
  ],
};

/** The list said that it is there; when it is asked for, it is gone. */
describe('what is deleted during a look', () => {
  let one: OneCloud;
  let acme: string;

  beforeAll(async () => {
    one = await oneCloud({}, population);
    const { state } = one.simulated;
    acme = state.identity.projects.where('name', 'acme')[0]!.id;
    const roleId = state.identity.roles.where('name', 'member')[0]!.id;
    const { id: ann } = state.identity.users.where('name', 'ann')[0]!;
    const on = { target: 'project', targetId: acme, roleId, inherited: false } as const;
    for (const id of ['old', 'lasting']) {
      state.identity.groups.add({ id, name: id, domainId: 'default', description: '', memberIds: [ann] });
      state.identity.assignments.add({ id: `${id}-member`, actor: 'group', actorId: id, ...on });
    }
  });

  afterEach(() => one.simulator.faults.clear());
  afterAll(() => one?.close());

  const gone = (path: string) => one.simulator.faults.add({ path, fault: { kind: 'status', status: 404 } });
  const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name).sort();

  it('a server, is not listed', async () => {
    gone('/os-volume_attachments');
    const { items, notes } = await look(one.cloud, 'server');
    expect(names(items)).toEqual(['plain']);
    expect(notes).toEqual([]);
  });

  it('a server got by its id, is not found', async () => {
    const { items } = await look(one.cloud, 'server', { name: 'with-disk' });
    gone('/os-volume_attachments');
    const error = await resourceTypes.server.get(new Reader(one.cloud), items[0]!.id).catch((failure) => failure);
    expect(isApiError(error, 'not-found')).toBe(true);
  });

  it('a group, is not listed among those of a project', async () => {
    gone('/v3/groups/old$');
    expect(names((await look(one.cloud, 'group', { projectId: acme })).items)).toEqual(['lasting']);
  });

  it('a group, is not listed when its members are asked for', async () => {
    gone('/v3/groups/old/users');
    expect(names((await look(one.cloud, 'group')).items)).toEqual(['lasting']);
  });

  it('a group, leaves the users that have roles without it', async () => {
    gone('/v3/groups/old/users');
    expect(names((await look(one.cloud, 'user', { projectId: acme })).items)).toEqual(['ann']);
  });

  it('a role, is not listed among those of a project', async () => {
    gone('/v3/roles/[0-9a-f]+$');
    expect(await look(one.cloud, 'role', { projectId: acme })).toEqual({ items: [], notes: [] });
  });

  it('a flavor, is not listed', async () => {
    one.simulator.faults.add({ path: '/flavors/private/', fault: { kind: 'status', status: 404 } });
    expect(names((await look(one.cloud, 'flavor')).items)).not.toContain('private');
  });
});

describe('what is deleted during a look at nova-network', () => {
  let one: OneCloud;

  beforeAll(async () => {
    one = await oneCloud({ release: 'pike', identity: 'v2.0', network: 'nova-network' }, population);
  });
  afterAll(() => one?.close());

  it('a server, leaves its address without a port', async () => {
    one.simulator.faults.add({ path: '/servers/[0-9a-f-]{36}$', fault: { kind: 'status', status: 404 } });
    const { items } = await look(one.cloud, 'floating-ip');
    expect(items.map(({ attributes }) => 'portId' in attributes)).toEqual([false]);
  });
});
