import { afterEach } from '@jest/globals';
import type { CloudSettings } from '../../../config/cloud-settings.ts';
import { openProvisioner, type Provisioner } from '../../../services/provisioner/index.ts';
import { LocalServer, type Received, type Reply } from '../openstack/local-server.ts';
import { target } from './fuel-stage.ts';

export const NODE = {
  ...{ id: 3, name: 'n', status: 'discover', online: true, cluster: 1, mac: '52:54:00:0a:00:00', meta: null },
  ...{ roles: [], pending_roles: ['compute'], pending_addition: true, pending_deletion: false, progress: 0 },
};
export const COMPUTE = {
  ...NODE,
  id: 2,
  name: 'cmp',
  status: 'ready',
  roles: ['compute'],
  pending_roles: [],
  pending_addition: false,
};
const CLUSTER = { id: 1, name: 'mos', status: 'operational', release_id: 2, net_provider: 'neutron' };
export const NETWORK = { id: 1, name: 'fuelweb_admin', vlan_start: null };

type Replies = Readonly<Record<string, Reply | ((request: Received) => Reply)>>;

/** They end with the test. */
export const servers: LocalServer[] = [];
export const opened: Provisioner[] = [];

afterEach(async () => {
  for (const driver of opened.splice(0)) driver.close();
  for (const server of servers.splice(0)) await server.stop();
});

/** What the newest server was asked. */
export function received(): readonly Received[] {
  return servers.at(-1)?.received ?? [];
}

/** Nailgun where authentication is off, with what a test wants answered; nothing else is there. */
export async function nailgun(replies: Replies, settings: Partial<CloudSettings> = {}): Promise<Provisioner> {
  const all: Replies = {
    'GET version': { body: { release: '9.2', auth_required: false } },
    'GET nodes/3': { body: NODE },
    'GET nodes?cluster_id=1': { body: [NODE] },
    'GET tasks?cluster_id=1': { body: [] },
    'GET notifications': { body: [] },
    'GET clusters/1': { body: CLUSTER },
    'GET clusters/1/attributes': { body: { editable: {} } },
    'GET clusters/1/network_configuration/neutron': { body: { networks: [NETWORK] } },
    ...replies,
  };
  const server = await LocalServer.start((request) => {
    const query = request.query.size === 0 ? '' : `?${request.query}`;
    const path = request.path.replace(/^\/api\//, '');
    const reply = all[`${request.method} ${path}${query}`] ?? { status: 404, body: 'not found' };
    return typeof reply === 'function' ? reply(request) : reply;
  });
  servers.push(server);
  const driver = openProvisioner(target(`${server.origin}/api/`, settings));
  opened.push(driver);
  return driver;
}
