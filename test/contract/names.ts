import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../resources/digest.ts';
import { AmbiguousName, find, UnknownName } from '../../resources/find.ts';
import { Reader } from '../../resources/reader.ts';
import { RESOURCE_TYPE_NAMES, type Resource, type ResourceTypeName } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import type { Stage } from './contract.ts';
import { identityAdmin } from './fixture-identity.ts';
import { LONGER, LOOKALIKE, TWIN } from './fixture-names.ts';
import { idDifferences, settled } from './settled.ts';
import { listed } from './whole.ts';

/** Other names of the population that are tried besides the suite's own. */
const MORE_NAMES = 4;

/** Names with regular expressions in them, letters beyond ASCII, several of one name. */
export function names({ subject, cloud, fixture }: Stage): void {
  const neutron = subject.expects.networking === 'neutron';

  describe('names', () => {
    test.each(RESOURCE_TYPE_NAMES)('%s: a name finds those of exactly that name', async (type) => {
      const differences = await settled(async () => {
        const all = await listed(new Reader(cloud()), type);
        const reader = new Reader(cloud());
        const found: string[] = [];
        for (const name of namesToTry(all)) {
          const wanted = all.filter((item) => item.name === name).map(({ id }) => id);
          const got = (await listed(reader, type, { name })).map(({ id }) => id);
          found.push(...idDifferences(`${type}s called ${JSON.stringify(name)}`, got, wanted));
        }
        return found;
      });
      expect(differences).toEqual([]);
    });

    test('the suite’s own are there: two of a hard name, and those that only look like it', async () => {
      const count = async (type: ResourceTypeName, name: string) =>
        (await listed(new Reader(cloud()), type, { name })).length;
      for (const type of ['project', 'role', 'user', 'flavor'] as const)
        expect([type, await count(type, TWIN), await count(type, LOOKALIKE)]).toEqual([type, 1, 1]);
      expect(await count('flavor', LONGER)).toBe(1);
      const twins: ResourceTypeName[] = ['image', 'server-group'];
      // On nova-network the suite makes no networks and no servers: a server would keep a network for its project.
      if (neutron) twins.push('network', 'security-group', 'port', 'server');
      if (subject.expects.volumes) twins.push('volume');
      for (const type of twins)
        expect([type, await count(type, TWIN), await count(type, LOOKALIKE)]).toEqual([type, 2, 1]);
    });

    test('`find` takes an id, or the name of one; of several it lists all, of none it says so', async () => {
      const reader = new Reader(cloud());
      expect(await find(reader, 'project', fixture().project.id)).toEqual(await find(reader, 'project', TWIN));
      await expect(find(reader, 'image', TWIN)).rejects.toThrow(AmbiguousName);
      await expect(find(reader, 'image', TWIN)).rejects.toThrow(fixture().ids.image!);
      for (const type of RESOURCE_TYPE_NAMES)
        await expect(find(reader, type, 'contract-none')).rejects.toThrow(UnknownName);
    });

    test('a new name changes the digest, and the old name changes it back', async () => {
      const digest = async (type: ResourceTypeName, id: string) =>
        digestOf(await resourceTypes[type].get(new Reader(cloud()), id));
      const { ids } = fixture();
      for (const [type, id, rename] of await renamings()) {
        const before = await digest(type, id);
        await rename(LONGER);
        expect([type, await digest(type, id)]).not.toEqual([type, before]);
        await rename(TWIN);
        expect([type, await digest(type, id)]).toEqual([type, before]);
      }
      expect(await digest('image', ids.image!)).toMatch(/^[0-9a-f]{16}$/);
    });
  });

  type Renaming = readonly [type: ResourceTypeName, id: string, rename: (name: string) => Promise<unknown>];

  async function renamings(): Promise<readonly Renaming[]> {
    const { compute, image, network, volume } = cloud();
    const { ids } = fixture();
    const keystone = await identityAdmin(cloud());
    const patches = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
    const all: Renaming[] = [
      [
        'image',
        ids.image!,
        (name) =>
          image.client.patch(`images/${ids.image}`, [{ op: 'replace', path: '/name', value: name }], {
            headers: patches,
          }),
      ],
      [
        'project',
        ids.project!,
        (name) =>
          subject.expects.identity === 'v3'
            ? keystone.patch(`projects/${ids.project}`, { project: { name } })
            : keystone.post(`tenants/${ids.project}`, { tenant: { id: ids.project, name } }),
      ],
    ];
    if (neutron) {
      all.push(
        ['server', ids.server!, (name) => compute.client.put(`servers/${ids.server}`, { server: { name } })],
        ['network', ids.network!, (name) => network.client.put(`networks/${ids.network}`, { network: { name } })],
        ['port', ids.port!, (name) => network.client.put(`ports/${ids.port}`, { port: { name } })],
      );
    }
    if (ids.volume !== undefined)
      all.push(['volume', ids.volume, (name) => volume.client.put(`volumes/${ids.volume}`, { volume: { name } })]);
    return all;
  }
}

/** The suite's own, duplicates and names with letters beyond ASCII first. */
function namesToTry(all: readonly Resource[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { name } of all) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  const inOrder = [...counts].sort(([a, countA], [b, countB]) => hardness(b, countB) - hardness(a, countA));
  const others = inOrder.map(([name]) => name).filter((name) => ![TWIN, LOOKALIKE, LONGER].includes(name));
  return [TWIN, LOOKALIKE, `${TWIN}?`, ...others.slice(0, MORE_NAMES)];
}

function hardness(name: string, count: number): number {
  return count + (/[^ -~]/.test(name) ? 2 : 0) + (/[^\w-]/.test(name) ? 1 : 0);
}
