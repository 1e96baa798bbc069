import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import type { ServiceType } from '../../services/openstack/service-client.ts';
import { generate, populate, type Simulator, startSimulator } from '../../simulator/index.ts';
import { makeFixture } from '../contract/fixture.ts';
import { identityAdmin } from '../contract/fixture-identity.ts';
import { PREFIX, TWIN } from '../contract/fixture-names.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { sweep } from '../contract/sweep.ts';
import { labCloud, requireLab, withZed } from './lab-clouds.ts';
import { type Answer, answerOf, ask, type Question, tokenOf } from './likeness/ask.ts';
import { COLLECTIONS, type Collection, QUOTAS, REFUSALS } from './likeness/calls.ts';
import { type LikenessOptions, oneOfEach, shapeOf, unlike } from './likeness/shape.ts';

/** So many of a list are read one by one, each of another make. */
const ONES = 12;

interface Side {
  readonly cloud: Cloud;
  readonly admin: string;
  readonly member: string;
}

/** With a little of everything in it, so that there is something to compare. */
async function sideOf(admin: CloudSettings, member: CloudSettings): Promise<Side> {
  const cloud = new Cloud(admin);
  const { ids } = await makeFixture(cloud, admin);
  const volume = { name: `${PREFIX}from-image`, size: 1, imageRef: ids.bootImage };
  await cloud.volume.client.post('volumes', { volume });
  const keystone = await identityAdmin(cloud);
  const { roles } = await keystone.get<{ roles: readonly { id: string; name: string }[] }>('roles');
  const role = roles.find(({ name }) => name === TWIN)?.id;
  await keystone.put(`domains/default/users/${ids.user}/roles/${role}`, undefined);
  await keystone.put(
    `OS-INHERIT/projects/${ids.project}/users/${ids.user}/roles/${role}/inherited_to_projects`,
    undefined,
  );
  return { cloud, admin: await tokenOf(admin), member: await tokenOf(member) };
}

/** The same calls at a real Zed and at the simulator: whatever the real one answers, the simulated one answers too. */
await withZed(() =>
  describe('the simulator is like Zed', () => {
    let simulator: Simulator;
    let real: Side;
    let simulated: Side;

    beforeAll(async () => {
      simulator = await startSimulator({
        clouds: [{ name: 'zed' }],
        fill: (cloud) => {
          const population = generate({ instances: 120, tenants: 4 });
          const broken = { name: 'broken', flavor: 'm1.tiny', image: 'debian-public', status: 'ERROR' } as const;
          populate(cloud, {
            ...population,
            tenants: [...(population.tenants ?? []), { name: 'last', servers: [broken] }],
          });
        },
      });
      const cloud = simulator.cloud('zed');
      const user = { username: 't0001-user', password: 'secret', project: 't0001' };
      real = await sideOf(await requireLab('zed', 'source'), labCloud('zed', 'source-member'));
      simulated = await sideOf(simulatedSettings(cloud), simulatedSettings(cloud, user));
    });

    afterAll(async () => {
      for (const side of [real, simulated]) {
        if (side === undefined) continue;
        await sweep(side.cloud);
        side.cloud.close();
      }
      await simulator?.close();
    });

    const both = async (
      of: (side: Side) => Promise<readonly Answer[]>,
      options: LikenessOptions = {},
    ): Promise<string[]> => {
      const [there, here] = [await of(real), await of(simulated)];
      const statuses = (answers: readonly Answer[]) =>
        [
          ...new Set(
            answers.map(({ status, type, requestId }) => `${status} ${type}${requestId ? ' with a request id' : ''}`),
          ),
        ].sort();
      expect(statuses(here)).toEqual(statuses(there));
      return unlike(shapeOf(there.map(({ body }) => body)), shapeOf(here.map(({ body }) => body)), options);
    };

    test.each(COLLECTIONS.map((collection) => [`${collection.service} ${collection.path}`, collection] as const))(
      '%s: the list, and one of it',
      async (_title, collection) => {
        const { one, below = [], list } = collection;
        const options = { ownKeys: list === 'images' };
        expect(await both(async (side) => [await listOf(side, collection)], options)).toEqual([]);
        if (one === undefined) return;
        expect(await both(async (side) => readOnes(side, collection, one), options)).toEqual([]);
        for (const path of below)
          expect([path, await both((side) => readOnes(side, collection, (item) => `${one(item)}/${path}`))]).toEqual([
            path,
            [],
          ]);
      },
    );

    test.each(QUOTAS)('%s %s', async (service, path) => {
      const read = async (side: Side) => {
        const id = (await side.cloud.project())!.id;
        return [await ask(side.cloud, side.admin, { service, path: path.replace('PROJECT', id) })];
      };
      // Cinder has limits for each volume type, by the type's name.
      const differences = (await both(read)).filter(
        (text) => !/_(acme|__)/.test(text) && !/(volumes|gigabytes|snapshots)_/.test(text),
      );
      expect(differences).toEqual([]);
    });

    test.each(REFUSALS.map((refused) => [`${refused.what} of ${refused.service} ${refused.path}`, refused] as const))(
      '%s: the error’s body',
      async (_title, { as, what: _what, ...question }) => {
        const refuse = async (side: Side) => [
          await ask(side.cloud, as === 'member' ? side.member : side.admin, question satisfies Question),
        ];
        expect(await both(refuse)).toEqual([]);
      },
    );

    const services: readonly ServiceType[] = ['identity', 'compute', 'network', 'image', 'block-storage', 'placement'];
    test.each(services)('%s: the version documents', async (service) => {
      const documents = async ({ cloud }: Side) => {
        const { url } = await cloud.session.endpoint(service);
        const [root = url] = /^.*(?=\/v\d)/.exec(url) ?? [];
        return [await answerOf(`${root}/`)];
      };
      expect(await both(documents)).toEqual([]);
    });
  }),
);

function listOf({ cloud, admin }: Side, { service, path, query, microversion }: Collection): Promise<Answer> {
  const search = new URLSearchParams(
    Object.entries(query ?? {}).map(([key, value]): [string, string] => [key, String(value)]),
  );
  const asked = search.size > 0 ? `${path}?${search}` : path;
  return ask(cloud, admin, { service, path: asked, ...(microversion && { microversion }) });
}

async function readOnes(
  side: Side,
  collection: Collection,
  path: (item: Readonly<Record<string, unknown>>) => string,
): Promise<Answer[]> {
  const { body } = await listOf(side, collection);
  const items = (body as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>)[collection.list] ?? [];
  const { service, microversion } = collection;
  const answers: Answer[] = [];
  for (const item of oneOfEach(items).slice(0, ONES))
    answers.push(
      await ask(side.cloud, side.admin, { service, path: path(item), ...(microversion && { microversion }) }),
    );
  return answers;
}
