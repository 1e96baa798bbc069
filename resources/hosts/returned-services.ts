import type { Cloud } from '../../services/openstack/index.ts';
import { agentsOf } from './agents-of.ts';
import { hostsOf } from './compute-service.ts';
import { providersOf } from './left-allocations.ts';

/**
 * Services, agents and resource providers that a cloud has of a host: `nova-compute, up`, `L3 agent, down`. After a removal none, unless the
 * host still runs: then its agents and its provider are there within a minute, and nova-compute when it is started anew.
 */
export async function returnedServices(cloud: Cloud, host: string): Promise<readonly string[]> {
  const services = await hostsOf(cloud).services({ host });
  const agents = await agentsOf(cloud, host);
  return [
    ...services.map(({ binary, state }) => `${binary}, ${state ?? 'unknown'}`),
    ...agents.map(({ agent_type: type, alive }) => `${type}, ${alive ? 'up' : 'down'}`),
    ...(await providersOf(cloud, host)).map(({ name }) => `resource provider ${name}`),
  ];
}
