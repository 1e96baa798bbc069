import type { Cloud } from '../../services/openstack/index.ts';
import { agentsOf } from './agents-of.ts';
import { hostsOf } from './compute-service.ts';

/** Services and agents that a cloud has of a host: `nova-compute, up`, `L3 agent, down`. After a removal none, unless the host still runs. */
export async function returnedServices(cloud: Cloud, host: string): Promise<readonly string[]> {
  const services = await hostsOf(cloud).services({ host });
  const agents = await agentsOf(cloud, host);
  return [
    ...services.map(({ binary, state }) => `${binary}, ${state ?? 'unknown'}`),
    ...agents.map(({ agent_type: type, alive }) => `${type}, ${alive ? 'up' : 'down'}`),
  ];
}
