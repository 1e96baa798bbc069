import { type Cloud, cinderServices } from '../../services/openstack/index.ts';
import { allAgents } from './agents-of.ts';
import { hostsOf } from './compute-service.ts';
import { withoutBackend } from './remove-host.ts';
import { isSameHost, ofHost } from './same-host.ts';

/** What a controller does for its cloud, and who would do it without. */
export interface ControllerFacts {
  readonly host: string;
  /** Services and agents of this host: `nova-conductor`, `L3 agent` … */
  readonly services: readonly string[];
  /** Enabled computes of the cloud that are not this host, and instances of the cloud. */
  readonly computes: readonly string[];
  readonly instanceCount: number;
  /** Kinds of services of this host, and on how many other hosts each is up. */
  readonly remaining: Readonly<Record<string, number>>;
}

/** A service or an agent, whoever tells of it. */
interface Part {
  readonly kind: string;
  readonly host: string;
  readonly isUp: boolean;
}

const SERVERS_A_PAGE = 1000;

/** What has no record in a cloud (Keystone, databases, message queues, API processes behind a proxy) is not told. */
export async function controllerFacts(cloud: Cloud, host: string): Promise<ControllerFacts> {
  const computeServices = await hostsOf(cloud).services();
  const parts = [
    ...computeServices.map(({ binary, host: on, state }) => ({ kind: binary, host: on, isUp: state === 'up' })),
    ...(await allAgents(cloud)).map(({ agent_type: kind, host: on, alive: isUp }) => ({ kind, host: on, isUp })),
    ...(await volumeServicesOf(cloud)),
  ];
  const own = ofHost(parts, (part) => part.host, host);
  const kinds = [...new Set(own.map(({ kind }) => kind))];
  const elsewhere = (kind: string) => {
    const up = parts.filter((part) => part.kind === kind && part.isUp && !isSameHost(part.host, host));
    return new Set(up.map((part) => part.host)).size;
  };
  const computes = computeServices.filter(
    (service) => service.binary === 'nova-compute' && service.status !== 'disabled' && !isSameHost(service.host, host),
  );
  return {
    host,
    services: kinds,
    computes: computes.map((service) => service.host),
    instanceCount: await countInstances(cloud),
    remaining: Object.fromEntries(kinds.map((kind) => [kind, elsewhere(kind)])),
  };
}

async function volumeServicesOf(cloud: Cloud): Promise<readonly Part[]> {
  if (!(await cloud.has('block-storage'))) return [];
  const services = await cinderServices(cloud.volume.client);
  return services.map(({ binary: kind, host, state }) => ({ kind, host: withoutBackend(host), isUp: state === 'up' }));
}

/** Of all projects. */
async function countInstances(cloud: Cloud): Promise<number> {
  const query = { all_tenants: 1 };
  let count = 0;
  for await (const page of cloud.compute.client.pages('servers', {
    collection: 'servers',
    query,
    pageSize: SERVERS_A_PAGE,
  }))
    count += page.length;
  return count;
}
