import { type Cloud, type NeutronAgent, NeutronAgents } from '../../services/openstack/index.ts';
import { hostsOf } from './compute-service.ts';
import { ofHost } from './same-host.ts';

export async function allAgents(cloud: Cloud): Promise<readonly NeutronAgent[]> {
  return (await cloud.has('network')) ? new NeutronAgents(cloud.network.client).list() : [];
}

/**
 * Neutron's agents of a host as Nova calls it. Where both bind ports they have the same name for it; an agent whose name is only similar is
 * never that of another host of Nova.
 */
export async function agentsOf(cloud: Cloud, host: string): Promise<readonly NeutronAgent[]> {
  const others = new Set((await hostsOf(cloud).services()).map((service) => service.host));
  const agents = (await allAgents(cloud)).filter((agent) => agent.host === host || !others.has(agent.host));
  return ofHost(agents, (agent) => agent.host, host);
}
