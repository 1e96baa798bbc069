import type { Room } from '../../../planning/evacuation-capacity.ts';
import type { HostSurvey, InstanceOnHost } from '../../../planning/plan-evacuation.ts';
import type { Cloud, NovaFlavor, NovaServer } from '../../../services/openstack/index.ts';
import { computeService, hostsOf } from '../../hosts/compute-service.ts';
import { isOpen, migrationsOf, migrationText, serversOn } from '../../hosts/on-host.ts';
import { freeHosts } from './capacity.ts';
import { strictGroupsOf } from './groups.ts';

/** Looks at a host that is to be emptied, at what is on it and at where that could go. Changes nothing. Needs an admin. */
export async function surveyHost(cloud: Cloud, host: string, to: string | undefined): Promise<HostSurvey> {
  const { state, forced_down: isForcedDown = false } = await computeService(cloud, host);
  const life = isForcedDown ? 'fenced' : state === 'up' ? 'up' : 'silent';
  const sizes = new Sizes(cloud);
  const instances: InstanceOnHost[] = [];
  for await (const page of serversOn(cloud, host))
    for (const server of page) {
      const { id, name, status, tenant_id: projectId } = server;
      const vmState = server['OS-EXT-STS:vm_state'] ?? '';
      instances.push({ id, name, status, projectId, vmState, ...(await sizes.of(server)) });
    }
  const { targets, obstacles } = await freeHosts(cloud, host, to);
  const migrations = (await migrationsOf(cloud, host)).filter(isOpen).map(migrationText);
  const groups = await strictGroupsOf(cloud, host, instances);
  return { host, life, instances, groups, targets, migrations, obstacles };
}

/** Which instances are left on a host, and which are on their way to it. */
export async function leftOn(cloud: Cloud, host: string): Promise<readonly string[]> {
  const left: string[] = [];
  for await (const page of serversOn(cloud, host))
    for (const { id, name, status } of page) left.push(`${name || id} ${status}`);
  for await (const page of hostsOf(cloud).migrations(host))
    left.push(...page.filter(isOpen).map((migration) => migrationText(migration)));
  return left;
}

/** Flavors are looked up once; one that is gone is taken for nothing, since Nova does not tell any more. */
class Sizes {
  readonly #cloud: Cloud;
  #flavors: Promise<ReadonlyMap<string, NovaFlavor>> | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A server that boots from a volume takes no disk of its host for it. */
  async of({ flavor, image }: NovaServer): Promise<Room> {
    const own = (rootGib: number, ephemeralGib: number) => (image === '' ? 0 : rootGib) + ephemeralGib;
    if (!('id' in flavor))
      return { vcpus: flavor.vcpus, ramMib: flavor.ram, diskGib: own(flavor.disk, flavor.ephemeral) };
    this.#flavors ??= this.#read();
    const known = (await this.#flavors).get(flavor.id);
    if (known === undefined) return { vcpus: 0, ramMib: 0, diskGib: 0 };
    return {
      vcpus: known.vcpus,
      ramMib: known.ram,
      diskGib: own(known.disk, known['OS-FLV-EXT-DATA:ephemeral'] ?? 0),
    };
  }

  async #read(): Promise<ReadonlyMap<string, NovaFlavor>> {
    const flavors = new Map<string, NovaFlavor>();
    for await (const page of this.#cloud.compute.flavors()) for (const flavor of page) flavors.set(flavor.id, flavor);
    return flavors;
  }
}
