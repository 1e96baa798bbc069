import { type Cloud, isApiError, type NovaMigration, type ResourceProvider } from '../../services/openstack/index.ts';
import { isOpen, migrationText } from './on-host.ts';
import { ofHost } from './same-host.ts';

/** What a consumer has of the host's provider although it is not a server on the host. */
export interface LeftAllocation {
  readonly provider: ResourceProvider;
  readonly consumer: string;
  /** Where the consumer is: `server web, which is on c2`, `nobody that Nova knows` … */
  readonly text: string;
  /** Nova gives it back when the compute service is removed (from Rocky on), or when the evacuated host is up again. */
  readonly isEvacuated: boolean;
}

/** A server that is on its host has what it has by right: one that came meanwhile. */
type Consumer = { readonly kind: 'present' } | { readonly kind: 'left'; readonly text: string };

/**
 * The host's providers in Placement, by name: that of its hypervisors, or while Nova has none of them any more the host's. A provider of a
 * hypervisor of another host is never among them.
 */
export async function providersOf(cloud: Cloud, host: string): Promise<readonly ResourceProvider[]> {
  if (!(await cloud.has('placement'))) return [];
  const own = new Set<string>();
  const others = new Set<string>();
  for await (const page of cloud.compute.hypervisors())
    for (const { hypervisor_hostname: name, service } of page) (service.host === host ? own : others).add(name);
  const providers = await cloud.placement.resourceProviders();
  if (own.size > 0) return providers.filter(({ name }) => own.has(name));
  const free = providers.filter(({ name }) => !others.has(name));
  return ofHost(free, ({ name }) => name, host);
}

/**
 * Who still has something of the host's providers. Servers that were migrated or evacuated keep it when something went wrong, or for as
 * long as the host is down; Placement refuses to remove a provider until it is given back. `present`: ids of the servers on the host.
 */
export async function leftAllocations(
  cloud: Cloud,
  host: string,
  { migrations, present }: { readonly migrations: readonly NovaMigration[]; readonly present: ReadonlySet<string> },
): Promise<readonly LeftAllocation[]> {
  const left: LeftAllocation[] = [];
  for (const provider of await providersOf(cloud, host))
    for (const consumer of await consumersOf(cloud, provider)) {
      if (present.has(consumer)) continue;
      const found = await consumerOf(cloud, host, consumer, migrations);
      if (found.kind === 'present') continue;
      left.push({ provider, consumer, text: found.text, isEvacuated: wasEvacuated(consumer, host, migrations) });
    }
  return left;
}

/** `openstack resource provider allocation unset` takes one away: Placement API, "Allocations". */
export function allocationText({ provider, consumer, text }: LeftAllocation): string {
  return `${consumer} (${text}) still has an allocation of resource provider ${provider.name}, ${provider.uuid}`;
}

/** None of a provider that is gone by now. */
async function consumersOf(cloud: Cloud, { uuid }: ResourceProvider): Promise<readonly string[]> {
  try {
    return await cloud.placement.consumersOf(uuid);
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
    return [];
  }
}

async function consumerOf(
  cloud: Cloud,
  host: string,
  consumer: string,
  migrations: readonly NovaMigration[],
): Promise<Consumer> {
  const migration = migrations.find(({ uuid }) => uuid === consumer);
  if (migration !== undefined) return { kind: 'left', text: migrationText(migration) };
  try {
    const { name, 'OS-EXT-SRV-ATTR:host': on } = await cloud.compute.server(consumer);
    if (on === host) return { kind: 'present' };
    const own = migrations.find((row) => row.instance_uuid === consumer && isOpen(row));
    if (own !== undefined) return { kind: 'left', text: migrationText(own) };
    return { kind: 'left', text: `server ${name || consumer}, which is ${on ? `on ${on}` : 'on no host'}` };
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
    return { kind: 'left', text: 'nobody that Nova knows' };
  }
}

function wasEvacuated(consumer: string, host: string, migrations: readonly NovaMigration[]): boolean {
  return migrations.some(
    (row) =>
      row.migration_type === 'evacuation' &&
      row.instance_uuid === consumer &&
      row.source_compute === host &&
      (row.status === 'done' || row.status === 'completed'),
  );
}
