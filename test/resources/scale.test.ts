import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DependencyGraph } from '../../planning/graph.ts';
import { Reader } from '../../resources/reader.ts';
import { referencesOf } from '../../resources/references.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { generate, populate, type Simulator, startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';

const SERVERS = 10_000;
/** What the clients ask for at once. */
const A_PAGE = 500;

/** Each type's list as the simulator's log names it. */
const LISTS = [
  ['server', 'servers/detail'],
  ['port', 'ports'],
  ['volume', 'volumes/detail'],
  ['image', 'images'],
  ['security-group', 'security-groups'],
] as const;

describe(`a cloud with ${SERVERS} servers`, () => {
  let simulator: Simulator;
  let cloud: Cloud;

  beforeAll(async () => {
    simulator = await startSimulator({
      clouds: [{ name: 'large', computeHosts: 200 }],
      fill: (large) => populate(large, generate({ instances: SERVERS })),
    });
    cloud = new Cloud(simulatedSettings(simulator.cloud('large')));
  }, 120_000);

  afterAll(async () => {
    cloud?.close();
    await simulator?.close();
  });

  /** Requests for pages of the list; Glance is also asked for what a plain list leaves out. */
  const asked = (path: string) =>
    simulator.requests.recent
      .map(({ url }) => new URL(url, 'http://large'))
      .filter(({ pathname, searchParams }) => pathname.endsWith(`/${path}`) && searchParams.has('limit'))
      .filter(({ searchParams }) => !searchParams.has('visibility') && !searchParams.has('os_hidden')).length;

  test.each(LISTS)(
    '%ss come page by page, at most one ahead of a slow reader',
    async (type, path) => {
      const reader = new Reader(cloud);
      simulator.requests.reset();
      let pages = 0;
      let items = 0;
      for await (const page of resourceTypes[type].list(reader, {})) {
        pages++;
        items += page.length;
        // Whatever would be fetched behind the reader's back has every chance now.
        for (let turn = 0; turn < 20; turn++) await new Promise<void>((next) => setImmediate(next));
        // Servers are joined with their ports, in as many calls as addresses of a hundred ids need.
        const limit = type === 'port' || type === 'image' ? pages + 1 : pages + 1;
        expect([type, asked(path) <= limit]).toEqual([type, true]);
        expect(page.length).toBeLessThanOrEqual(A_PAGE);
        if (pages === 4) break;
      }
      expect(items).toBeGreaterThan(0);
      expect(asked(path)).toBeLessThanOrEqual(pages + 1);
    },
    120_000,
  );

  test('all servers make a graph of ids, without their attributes', async () => {
    const reader = new Reader(cloud);
    const graph = new DependencyGraph();
    let largestPage = 0;
    for await (const page of resourceTypes.server.list(reader, {})) {
      largestPage = Math.max(largestPage, page.length);
      for (const server of page) graph.add(server, referencesOf(server));
    }
    expect(graph.size).toBe(SERVERS);
    expect(largestPage).toBeLessThanOrEqual(A_PAGE);
    const [node] = graph.nodes();
    expect(Object.keys(node!).sort()).toEqual(['edges', 'id', 'key', 'name', 'projectId', 'state', 'type']);
    expect(node!.edges.every((edge) => Object.keys(edge).sort().join() === 'relation,to,why')).toBe(true);
    expect(graph.unresolved().length).toBeGreaterThan(SERVERS);
  }, 300_000);
});
