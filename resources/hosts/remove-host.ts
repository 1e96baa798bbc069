import {
  type Cloud,
  cinderServices,
  isApiError,
  NeutronAgents,
  type NovaComputeService,
} from '../../services/openstack/index.ts';
import { agentsOf } from './agents-of.ts';
import { hostsOf } from './compute-service.ts';
import { allocationText, leftAllocations, providersOf } from './left-allocations.ts';
import { instancesOn, isOpen, migrationsOf, migrationText } from './on-host.ts';
import { ofHost } from './same-host.ts';

const NAMED = 10;

/** Something is on the host, on its way, or still has a part of it. */
export class HostNotEmpty extends Error {
  override readonly name = 'HostNotEmpty';

  constructor(cloud: string, host: string, why: readonly string[]) {
    const more = why.length > NAMED ? `; and ${why.length - NAMED} more` : '';
    super(`${cloud}: host ${host} is not removed: ${why.slice(0, NAMED).join('; ')}${more}`);
  }
}

/** Passes, when nobody reports from it any more. */
export class HostStillUp extends Error {
  override readonly name = 'HostStillUp';

  constructor(cloud: string, host: string) {
    super(
      `${cloud}: nova-compute on ${host} still reports, and would make its resource provider anew: stop it; Nova takes it for down when ` +
        'nothing has been heard from it for a minute',
    );
  }
}

export interface HostRemoval {
  /** By this try and by those before it. */
  readonly removed: string[];
  /** Not to be removed, each with its reason and what to do. */
  readonly left: string[];
  /** Called whenever something more was removed. */
  readonly onRemoved: () => void;
}

/**
 * Takes a host that left the hardware out of a cloud; what is gone already is as wanted. The order matters:
 * 1. aggregates: Nova takes a host out of them only while it knows the host;
 * 2. Neutron's agents: nothing is bound to the host any more;
 * 3. Nova's services. From Rocky on the resource provider goes with nova-compute; earlier ones leave it, and it would be in the way of a
 *    host of the same name that registers later;
 * 4. the provider, where it is still there.
 * Cinder has no call that removes a service: that is told.
 *
 * @throws {HostStillUp} before anything is removed
 * @throws {HostNotEmpty} before anything is removed; Nova itself refuses only from 16.1.2 on, and removes an evacuated server's allocation
 *   with the service: any other one is the operator's to look into
 */
export async function removeHost(cloud: Cloud, host: string, removal: HostRemoval): Promise<void> {
  const { removed, left, onRemoved } = removal;
  await requireEmpty(cloud, host);
  await requireDown(cloud, host);
  const note = (what: string) => {
    removed.push(what);
    onRemoved();
  };
  const remove = async (what: string, work: () => Promise<void>) => {
    if (await unlessGone(work)) note(what);
  };
  for (const { id, name } of await aggregatesOf(cloud, host))
    if (await unless(['not-found', 'conflict'], () => hostsOf(cloud).leaveAggregate(id, host)))
      note(`its place in aggregate ${name}`);
  await removeAgents(cloud, host, remove, left);
  await removeServices(cloud, host, remove, left);
  await removeProviders(cloud, host, remove, left);
  for (const { name } of await aggregatesOf(cloud, host))
    left.push(`aggregate ${name} still lists ${host}, which Nova does not know any more: it goes with the aggregate`);
  left.push(...(await volumeServices(cloud, host)));
}

async function requireDown(cloud: Cloud, host: string): Promise<void> {
  const [service] = await hostsOf(cloud).services({ binary: 'nova-compute', host });
  if (service?.state === 'up') throw new HostStillUp(cloud.name, host);
}

async function requireEmpty(cloud: Cloud, host: string): Promise<void> {
  const { instances, instanceCount, ids: present } = await instancesOn(cloud, host, { most: NAMED });
  const migrations = await migrationsOf(cloud, host);
  const allocations = (await leftAllocations(cloud, host, { migrations, present })).filter(
    ({ isEvacuated }) => !isEvacuated,
  );
  const names = instances.map(({ id, name, movedTo }) => `${name || id}${movedTo ? `, moved to ${movedTo}` : ''}`);
  const why = [
    ...(instanceCount === 0 ? [] : [`${instanceCount} instances are on it (${names.join('; ')})`]),
    ...migrations.filter(isOpen).map(migrationText),
    ...allocations.map(allocationText),
  ];
  if (why.length > 0) throw new HostNotEmpty(cloud.name, host, why);
}

async function aggregatesOf(cloud: Cloud, host: string) {
  return (await hostsOf(cloud).aggregates()).filter(({ hosts }) => hosts.includes(host));
}

type Remove = (what: string, work: () => Promise<void>) => Promise<void>;

async function removeAgents(cloud: Cloud, host: string, remove: Remove, left: string[]): Promise<void> {
  for (const { id, agent_type: type, alive, host: where } of await agentsOf(cloud, host)) {
    // Its name may be another machine's, of which Nova knows nothing: one that reports is somebody's.
    if (alive) {
      left.push(
        `${type} reports from ${where}: stop it there, then remove it with: openstack network agent delete ${id}`,
      );
      continue;
    }
    try {
      await remove(type, () => new NeutronAgents(cloud.network.client).remove(id));
    } catch (error) {
      // Networks without agents of Neutron's own (OVN) show others, and do not let them be removed as long as they are known.
      if (!isApiError(error, 'invalid', 'forbidden', 'conflict')) throw error;
      left.push(`${type}: ${error.message}`);
    }
  }
}

async function removeServices(cloud: Cloud, host: string, remove: Remove, left: string[]): Promise<void> {
  for (const service of await hostsOf(cloud).services({ host })) {
    const { binary, state } = service;
    // One of a controller's may serve the whole cloud.
    if (binary !== 'nova-compute' && state !== 'down')
      left.push(
        `${binary} is up on ${host}: stop it there, then remove it with: openstack compute service delete ${service.id}`,
      );
    else await remove(binary, () => removeService(cloud, host, service));
  }
}

async function removeService(cloud: Cloud, host: string, service: NovaComputeService): Promise<void> {
  try {
    await hostsOf(cloud).remove(service);
  } catch (error) {
    if (!isApiError(error, 'conflict')) throw error;
    throw new HostNotEmpty(cloud.name, host, [error.details.reason]);
  }
}

async function removeProviders(cloud: Cloud, host: string, remove: Remove, left: string[]): Promise<void> {
  for (const provider of await providersOf(cloud, host)) {
    const { name, uuid } = provider;
    try {
      await remove(`resource provider ${name}`, () => cloud.placement.remove(uuid));
    } catch (error) {
      if (!isApiError(error, 'conflict')) throw error;
      const allocations = await leftAllocations(cloud, host, {
        migrations: await migrationsOf(cloud, host),
        present: new Set(),
      });
      const why = allocations.length > 0 ? allocations.map(allocationText).join('; ') : error.details.reason;
      left.push(`resource provider ${name}: ${why}; a host of this name cannot register again until it is removed`);
    }
  }
}

async function volumeServices(cloud: Cloud, host: string): Promise<readonly string[]> {
  if (!(await cloud.has('block-storage'))) return [];
  const services = await cinderServices(cloud.volume.client);
  return ofHost(services, (service) => withoutBackend(service.host), host).map(
    (service) =>
      `${service.binary} on ${service.host}: Cinder has no call for it; where it is not needed: ` +
      `cinder-manage service remove ${service.binary} ${service.host}`,
  );
}

/** `HOST@BACKEND` of a volume service. */
export function withoutBackend(name: string): string {
  return name.split('@')[0] ?? name;
}

const unlessGone = (work: () => Promise<void>) => unless(['not-found'], work);

/** Whether it was done. */
async function unless(kinds: readonly ('not-found' | 'conflict')[], work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!isApiError(error, ...kinds)) throw error;
    return false;
  }
}
