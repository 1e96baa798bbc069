import { type Cloud, isApiError, type NovaComputeService, NovaHosts } from '../../services/openstack/index.ts';
import { UnknownName } from '../find.ts';
import { agentsOf } from './agents-of.ts';
import { computeService, type ServiceState, stateOf } from './compute-service.ts';
import { allocationText, leftAllocations } from './left-allocations.ts';
import { lookForHypervisor } from './new-hypervisor.ts';
import { type HostInstance, instancesOn, isOpen, migrationsOf, migrationText } from './on-host.ts';

const MOST_INSTANCES = 200;

/** A host as a cloud knows it. */
export interface HostFacts {
  readonly host: string;
  readonly service: ServiceState & { readonly state: 'up' | 'down' };
  readonly hypervisor: string;
  /** At most 200, those that are still in use first; `instanceCount` has all. */
  readonly instances: readonly HostInstance[];
  readonly instanceCount: number;
  /** How many of all have a `movedTo`. */
  readonly movedCount: number;
  /** The tenants that own those, by name: whom to finalize. */
  readonly movedTenants: readonly string[];
  /** Migrations to or from it that have not ended: `live-migration of ID: running`. */
  readonly migrations: readonly string[];
  /** What others than the instances on it still have of its resource provider: who, why, and of which provider. `removeHost` refuses while there is one that Nova does not give back by itself. */
  readonly allocations: readonly string[];
  /** Those of them that Nova does not give back by itself: an instance that is being built there, a migration, a mistake. */
  readonly held: readonly string[];
  readonly aggregates: readonly string[];
  /** Neutron's agents there: `Open vSwitch agent`, … */
  readonly agents: readonly string[];
}

/** Everything that a host is to its cloud, as it is now. Needs an admin. `target`: where its instances may have been moved to. */
export async function hostFacts(cloud: Cloud, host: string, target?: Cloud): Promise<HostFacts> {
  const service = await knownService(cloud, host, target);
  const nova = new NovaHosts(cloud.compute.client);
  const migrations = await migrationsOf(cloud, host);
  const { ids: present, movedOf, ...instances } = await instancesOn(cloud, host, { most: MOST_INSTANCES, target });
  const aggregates = await nova.aggregates();
  const left = await leftAllocations(cloud, host, { migrations, present });
  return {
    host,
    service: { ...stateOf(service), state: service.state === 'up' ? 'up' : 'down' },
    hypervisor: (await hypervisorOf(cloud, host)) ?? host,
    ...instances,
    movedTenants: await Promise.all([...movedOf].map((id) => tenantName(cloud, id))),
    migrations: migrations.filter(isOpen).map(migrationText),
    allocations: left.map(allocationText),
    held: left.filter(({ isEvacuated }) => !isEvacuated).map(allocationText),
    aggregates: aggregates.filter(({ hosts }) => hosts.includes(host)).map(({ name }) => name),
    agents: (await agentsOf(cloud, host)).map(({ agent_type: type }) => type),
  };
}

/** The host that is asked for has gone to the target before. */
export class HostTaken extends Error {
  override readonly name = 'HostTaken';

  constructor(cloud: string, host: string, target: string, hypervisor: string) {
    super(`${cloud} has no compute host ${host}, and ${target} has ${hypervisor}: it was taken before`);
  }
}

/** @throws {HostTaken} when only the target has it */
async function knownService(cloud: Cloud, host: string, target: Cloud | undefined): Promise<NovaComputeService> {
  try {
    return await computeService(cloud, host);
  } catch (error) {
    if (!(error instanceof UnknownName) || target === undefined) throw error;
    const { found } = await lookForHypervisor(target, [host]);
    throw found === undefined ? error : new HostTaken(cloud.name, host, target.name, found.hypervisor);
  }
}

/** The id of one that Keystone has no more: its instances are still there. */
async function tenantName(cloud: Cloud, id: string): Promise<string> {
  try {
    return (await (await cloud.identity()).project(id)).name;
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
    return id;
  }
}

/** Undefined for one that has not reported yet. */
async function hypervisorOf(cloud: Cloud, host: string): Promise<string | undefined> {
  for await (const page of cloud.compute.hypervisors()) {
    const found = page.find(({ service }) => service.host === host);
    if (found !== undefined) return found.hypervisor_hostname;
  }
  return undefined;
}
