import { afterEach, expect, it } from '@jest/globals';
import {
  generate,
  loadScenario,
  parseScenario,
  populate,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { at, Client, each, login, start } from './sim-client.ts';

let simulator: Simulator | undefined;
afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

it('names every mistake of a scenario at once, by its key', () => {
  const text = 'clouds:\n  - { name: a b, identity: v9 }\nfaults:\n  - { path: "(", fault: { kind: nap } }\nfauls: 1\n';
  try {
    parseScenario(text);
    throw new Error('was accepted');
  } catch (error) {
    const problems = String(error);
    for (const key of ['clouds.0.name', 'clouds.0.identity', 'faults.0.path', 'faults.0.fault.kind', 'fauls']) {
      expect(problems).toContain(key);
    }
  }
});

it('says on which line the YAML is broken, and that a file is not there', () => {
  expect(() => parseScenario('clouds:\n  - { name: a\n')).toThrow(/line \d/);
  expect(() => loadScenario('/nowhere/scenario.yaml')).toThrow('/nowhere/scenario.yaml');
});

it('generates the same population for the same seed, of as many servers as asked', () => {
  const servers = (seed: string) =>
    generate({ instances: 137, seed }).tenants?.flatMap((tenant) => tenant.servers ?? []);
  expect(servers('x')).toHaveLength(137);
  expect(servers('x')).toEqual(servers('x'));
  expect(servers('x')).not.toEqual(servers('y'));
});

it('lists a thousand generated servers page by page, each once', async () => {
  simulator = await startSimulator({
    clouds: [{ name: 'one', computeHosts: 20 }],
    fill: (cloud) => populate(cloud, generate({ instances: 1000 })),
  });
  const admin = await login(simulator);
  const ids = new Set<unknown>();
  for (let url: unknown = '/compute/v2.1/servers/detail?all_tenants=1&limit=300'; typeof url === 'string'; ) {
    const page = await admin.get(url, 'compute 2.93');
    for (const id of each(page.body, 'servers', 'id')) ids.add(id);
    url = at(page.body, 'servers_links', 0, 'href');
  }
  expect(ids.size).toBe(1000);
});

it('leaves out services that a cloud does not have', async () => {
  simulator = await start({ without: ['volume'] }, { fill: {} });
  const admin = await login(simulator);
  const catalogue = await admin.get('/identity/v3/auth/catalog');
  expect(each(catalogue.body, 'catalog', 'type')).not.toContain('volumev3');
  expect((await admin.get('/volume/v3/volumes')).status).toBe(404);
});

it('runs a cloud with nova-network: its networks, addresses and groups are Nova’s', async () => {
  simulator = await start({ network: 'nova-network', release: 'pike', identity: 'both' });
  const admin = await login(simulator);
  const catalogue = await admin.get('/identity/v3/auth/catalog');
  expect(each(catalogue.body, 'catalog', 'type')).not.toContain('network');
  const networks = await admin.get('/compute/v2.1/os-networks');
  expect(at(networks.body, 'networks', 0, 'label')).toBe('net');
  expect(at(networks.body, 'networks', 0, 'dhcp_start')).toBe('10.0.0.3');
  expect((await admin.get('/compute/v2.1/os-networks', 'compute 2.36')).status).toBe(404);
  const web = simulator.cloud('one').state.nova.servers.find((row) => row.name === 'web');
  expect((await admin.get(`/compute/v2.1/servers/${web?.id}/os-interface`)).status).toBe(501);
  const server = await admin.get(`/compute/v2.1/servers/${web?.id}`);
  expect(at(server.body, 'server', 'addresses', 'net', 0, 'addr')).toBe('10.0.0.3');
  const groups = await admin.get('/compute/v2.1/os-security-groups?all_tenants=1');
  expect(typeof at(groups.body, 'security_groups', 0, 'id')).toBe('number');
});

it('shows a Neutron cloud’s networks in Nova with a name and null for the rest', async () => {
  simulator = await start();
  const ann = await login(simulator, 'ann', 'secret', 'acme');
  const networks = await ann.get('/compute/v2.1/os-networks');
  expect(each(networks.body, 'networks', 'cidr')).toEqual([null, null]);
});

it('answers in each service’s own way without a token', async () => {
  simulator = await start();
  const anybody = new Client(simulator.cloud('one').state.publicUrl, '');
  for (const path of [
    '/compute/v2.1/servers',
    '/networking/v2.0/networks',
    '/volume/v3/volumes',
    '/placement/resource_providers',
  ]) {
    const refused = await anybody.get(path);
    expect([refused.status, at(refused.body, 'error', 'title')]).toEqual([401, 'Unauthorized']);
  }
  expect(at((await anybody.get('/image/v2/images')).body, 'code')).toBe('401 Unauthorized');
});
