import { describe, expect, test } from '@jest/globals';
import type { Cloud } from '../../services/openstack/cloud.ts';
import type { ListOptions, ServiceClient } from '../../services/openstack/service-client.ts';
import type { Stage } from './contract.ts';
import { idDifferences, settled } from './settled.ts';
import { allOf } from './whole.ts';

/** So many small pages are fetched of a list. */
const PAGES_OF_A_LIST = 8;

interface Collection {
  readonly what: string;
  readonly client: ServiceClient;
  readonly path: string;
  readonly options: Omit<ListOptions, 'pageSize'>;
}

function collections(cloud: Cloud, neutron: boolean, volumes: boolean): readonly Collection[] {
  const compute = cloud.compute.client;
  const network = (path: string, collection = path): Collection => ({
    what: path,
    client: cloud.network.client,
    path,
    options: { collection },
  });
  return [
    {
      what: 'servers',
      client: compute,
      path: 'servers/detail',
      options: { collection: 'servers', query: { all_tenants: 1 } },
    },
    {
      what: 'flavors',
      client: compute,
      path: 'flavors/detail',
      options: { collection: 'flavors', query: { is_public: 'None' } },
    },
    {
      what: 'hypervisors',
      client: compute,
      path: 'os-hypervisors/detail',
      options: { collection: 'hypervisors', microversion: { upTo: '2.87' } },
    },
    { what: 'images', client: cloud.image.client, path: 'images', options: { collection: 'images' } },
    ...(neutron
      ? [
          network('networks'),
          network('subnets'),
          network('ports'),
          network('routers'),
          network('floatingips'),
          network('security-groups', 'security_groups'),
          network('rbac-policies', 'rbac_policies'),
        ]
      : []),
    ...(volumes
      ? [
          {
            what: 'volumes',
            client: cloud.volume.client,
            path: 'volumes/detail',
            options: { collection: 'volumes', query: { all_tenants: 1 } },
          },
        ]
      : []),
  ];
}

/** The size of a page changes nothing but the number of calls. */
export function paging({ subject, cloud }: Stage): void {
  const { networking, volumes } = subject.expects;
  describe('paging', () => {
    test('gives the same, each once, in pages of one, of two and of the standard size', async () => {
      for (const { what, client, path, options } of collections(cloud(), networking === 'neutron', volumes)) {
        const ids = async (more: Pick<ListOptions, 'pageSize' | 'after'> = {}) =>
          (await allOf(client.pages<{ id: string | number }>(path, { ...options, ...more }))).map((item) =>
            String(item.id),
          );
        const differences = await settled(async () => {
          const whole = await ids();
          const found: string[] = [];
          for (const pageSize of [2, 1]) {
            // The end of a long list, after the marker before it: what is paged there is paged everywhere.
            const from = what === 'rbac-policies' ? 0 : Math.max(0, whole.length - PAGES_OF_A_LIST * pageSize);
            const after = whole[from - 1];
            const got = await ids({ pageSize, ...(after === undefined ? {} : { after }) });
            found.push(...idDifferences(`${what} in pages of ${pageSize}`, got, whole.slice(from)));
          }
          return found;
        });
        expect(differences).toEqual([]);
      }
    });

    test('is really done: no page has more than was asked for', async () => {
      for (const { what, client, path, options } of collections(cloud(), networking === 'neutron', volumes)) {
        // Neutron gives all RBAC policies at once, whatever it is asked; hypervisors are paged from 2.33 on.
        const max = await client.maxMicroversion();
        if (what === 'rbac-policies' || (what === 'hypervisors' && max === undefined)) continue;
        for await (const page of client.pages(path, { ...options, pageSize: 2 })) {
          expect([what, page.length <= 2]).toEqual([what, true]);
          break;
        }
      }
    });

    test('goes on after a marker', async () => {
      const { client } = cloud().image;
      const all = await allOf(client.pages<{ id: string }>('images', { collection: 'images' }));
      const after = all[0]!.id;
      const rest = await allOf(client.pages<{ id: string }>('images', { collection: 'images', after, pageSize: 3 }));
      expect(rest.map(({ id }) => id)).toEqual(all.slice(1).map(({ id }) => id));
    });
  });
}
