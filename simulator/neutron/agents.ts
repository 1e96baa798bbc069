import type { Cloud } from '../cloud.ts';
import { type Call, noContent, notFound, ok, type Refusal } from '../http/call.ts';
import { boolean, type Json, objectOf } from '../http/json.ts';
import type { Service } from '../http/service.ts';
import { byId } from '../keystone/state.ts';
import { seconds } from '../times.ts';
import { listAnswer } from './collection.ts';
import type { Agent } from './state.ts';

const KINDS = {
  'Open vSwitch agent': { binary: 'neutron-openvswitch-agent', topic: 'N/A', availability_zone: null },
  'DHCP agent': { binary: 'neutron-dhcp-agent', topic: 'dhcp_agent', availability_zone: 'nova' },
  'L3 agent': { binary: 'neutron-l3-agent', topic: 'l3_agent', availability_zone: 'nova' },
  'Metadata agent': { binary: 'neutron-metadata-agent', topic: 'N/A', availability_zone: null },
} as const;

export const CONTROLLER_AGENTS = ['Open vSwitch agent', 'DHCP agent', 'L3 agent', 'Metadata agent'] as const;

/** How often agents report (`report_interval`): one that is deleted while it runs is back then. */
const REPORT_MS = 30_000;

/** An agent reports: a new one is registered. */
export function reportAgent(cloud: Cloud, host: string, type: keyof typeof KINDS): void {
  if (!cloud.has('network')) return;
  const { agents } = cloud.neutron;
  const known = agents.where('host', host).find(({ agent_type }) => agent_type === type);
  if (known !== undefined) {
    agents.change(known, { alive: true });
    return;
  }
  const state = { admin_state_up: true, alive: true, created_at: seconds(cloud.clock.now()).replace('T', ' ') };
  agents.add({ id: cloud.random.uuid(), agent_type: type, host, ...KINDS[type], ...state });
}

/** Its machine is off. */
export function silenceAgents(cloud: Cloud, host: string): void {
  for (const row of cloud.neutron.agents.where('host', host)) cloud.neutron.agents.change(row, { alive: false });
}

const FILTERS = new Set([
  ...['id', 'agent_type', 'binary', 'host', 'topic', 'alive', 'admin_state_up', 'availability_zone'],
]);

export function routeAgents(service: Service): void {
  const path = '/v2.0/agents';
  service.get(path, (call) =>
    listAnswer(call, {
      plural: 'agents',
      // Others than admins get an empty list, not a refusal.
      rows: call.caller.isAdmin ? call.cloud.neutron.agents.sorted(byId) : [],
      view: (row) => view(call, row),
      filters: FILTERS,
      unknownMarker: missing,
      paged: false,
    }),
  );
  service.get(`${path}/:id`, (call) => ok({ agent: view(call, find(call)) }));
  service.put(`${path}/:id`, (call) => {
    const row = find(call);
    const given = objectOf(objectOf(call.body).agent);
    call.cloud.neutron.agents.change(row, { admin_state_up: boolean(given.admin_state_up) ?? row.admin_state_up });
    return ok({ agent: view(call, row) });
  });
  service.delete(`${path}/:id`, (call) => {
    const row = find(call);
    const { cloud } = call;
    cloud.neutron.agents.remove(row.id);
    if (row.alive) cloud.clock.after(REPORT_MS, () => returned(cloud, row));
    return noContent();
  });
}

function returned(cloud: Cloud, { id: _, ...row }: Agent): void {
  const there = cloud.neutron.agents.where('host', row.host).some(({ agent_type }) => agent_type === row.agent_type);
  if (!there) cloud.neutron.agents.add({ ...row, id: cloud.random.uuid() });
}

function find(call: Call): Agent {
  const row = call.cloud.neutron.agents.get(call.params.id ?? '');
  if (row === undefined || !call.caller.isAdmin) throw missing(call.params.id ?? '');
  return row;
}

const missing = (id: string): Refusal => notFound(`Agent ${id} could not be found.`, 'AgentNotFound');

function view(call: Call, row: Agent): Json {
  const now = seconds(call.cloud.clock.now()).replace('T', ' ').replace('Z', '');
  return {
    ...row,
    started_at: row.created_at.replace('Z', ''),
    created_at: row.created_at.replace('Z', ''),
    heartbeat_timestamp: row.alive ? now : row.created_at.replace('Z', ''),
    description: null,
    configurations: {},
    resource_versions: {},
    resources_synced: null,
  };
}
