import { isApiError, type NeutronPort } from '../../services/openstack/index.ts';
import { hosts } from '../hosts.ts';
import { splitTags } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';
import { RESOURCE_TYPE_NAMES } from '../resource-type.ts';
import { isAvailable, resourceTypes } from '../resource-types.ts';
import { seesEveryProject } from '../visibility.ts';
import { hostRooms } from './host-rooms.ts';
import type { HeldPort, NamedLimits, Observation, TargetFacts } from './observation.ts';

/** Addresses in one query: a URL stays well under the 8 KiB that web servers accept. */
const FLOATING_IPS_LOOKED_FOR_ONE_BY_ONE = 20;

/** What a plan must know of the target besides what it has for each resource. */
export async function targetFacts(
  source: Reader,
  target: Reader,
  observations: readonly Observation[],
): Promise<TargetFacts> {
  const [missingTypes, rooms, zones, volumeTypes, defaultLimits, microversion, ports, floatingIps, notAdminIn] =
    await Promise.all([
      typesMissing(target),
      whereAllowed(() => hostRooms(target)),
      whereAllowed(() => zonesOf(target)),
      whereAllowed(() => volumeTypesOf(target)),
      defaultLimitsOf(target),
      target.cloud.compute.client.maxMicroversion(),
      heldPorts(target, observations),
      heldFloatingIps(target, observations),
      cloudsWithoutAdmin([source, target]),
    ]);
  return {
    source: source.cloud.name,
    target: target.cloud.name,
    missingTypes,
    ...(rooms === undefined ? {} : { hosts: rooms }),
    ...(zones === undefined ? {} : { zones }),
    ...(volumeTypes === undefined ? {} : { volumeTypes }),
    defaultLimits,
    ...(microversion === undefined ? {} : { computeMicroversion: String(microversion) }),
    ports,
    floatingIps,
    notAdminIn,
  };
}

async function whereAllowed<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isApiError(error, 'forbidden', 'not-found')) throw error;
    return undefined;
  }
}

async function typesMissing(target: Reader): Promise<TargetFacts['missingTypes']> {
  const there = await Promise.all(RESOURCE_TYPE_NAMES.map((name) => isAvailable(target, resourceTypes[name])));
  return RESOURCE_TYPE_NAMES.filter((_, index) => there[index] === false);
}

async function zonesOf(target: Reader): Promise<readonly string[]> {
  return [...new Set((await hosts(target)).map(({ zone }) => zone))].filter((zone) => zone !== '').sort();
}

/** Block Storage API v3, "Volume types"; private ones too. */
async function volumeTypesOf(target: Reader): Promise<readonly string[] | undefined> {
  if (!(await target.cloud.has('block-storage'))) return undefined;
  const answer: { readonly volume_types: readonly { readonly name: string }[] } = await target.cloud.volume.client.get(
    'types',
    { query: { is_public: 'None' } },
  );
  return answer.volume_types.map(({ name }) => name);
}

/** Asked for the login's own project: defaults are the same for all. */
async function defaultLimitsOf(target: Reader): Promise<NamedLimits> {
  const { cloud } = target;
  const own = (await cloud.project())?.id;
  if (own === undefined) return {};
  const apis = [
    { service: 'compute', there: true, read: () => cloud.compute.defaultQuotas(own) },
    { service: 'network', there: await cloud.has('network'), read: () => cloud.network.defaultQuotas(own) },
    { service: 'volume', there: await cloud.has('block-storage'), read: () => cloud.volume.defaultQuotas(own) },
  ];
  const named: [string, number][] = [];
  for (const { service, there, read } of apis) {
    const limits: object = (there ? await whereAllowed<object>(read) : undefined) ?? {};
    for (const [name, limit] of Object.entries(limits))
      if (typeof limit === 'number') named.push([`${service}.${name}`, limit]);
  }
  return Object.fromEntries(named);
}

/** Ports of the networks that stand for the source's: what is made anew holds nothing yet. */
async function heldPorts(target: Reader, observations: readonly Observation[]): Promise<readonly HeldPort[]> {
  if ((await target.cloud.networking()) !== 'neutron') return [];
  const networks = new Set(
    observations.flatMap(({ facts }) => (facts.kind === 'port' ? (facts.targetNetworkId ?? []) : [])),
  );
  const external = observations.flatMap(({ type, found, facts }) =>
    type === 'network' && found !== undefined && facts.kind === 'network' && facts.isExternal ? found.id : [],
  );
  const held: HeldPort[] = [];
  for (const networkId of new Set([...networks, ...external]))
    for await (const page of target.cloud.network.client.pages<NeutronPort>('ports', {
      collection: 'ports',
      query: { network_id: networkId },
      paging: 'links',
    }))
      held.push(...page.map(asHeldPort));
  return held;
}

function asHeldPort(body: NeutronPort): HeldPort {
  const { origin } = splitTags(body.tags ?? []);
  return {
    id: body.id,
    networkId: body.network_id,
    macAddress: body.mac_address,
    ipAddresses: body.fixed_ips.map(({ ip_address }) => ip_address),
    deviceOwner: body.device_owner,
    ...(origin === undefined ? {} : { originId: origin.id }),
  };
}

async function heldFloatingIps(
  target: Reader,
  observations: readonly Observation[],
): Promise<TargetFacts['floatingIps']> {
  if ((await target.cloud.networking()) !== 'neutron') return [];
  const wanted = new Set(observations.flatMap(({ facts }) => (facts.kind === 'floating-ip' ? facts.address : [])));
  if (wanted.size === 0) return [];
  const lists =
    wanted.size <= FLOATING_IPS_LOOKED_FOR_ONE_BY_ONE
      ? [...wanted].map((address) => target.cloud.network.floatingIps({ address }))
      : [target.cloud.network.floatingIps()];
  const held: TargetFacts['floatingIps'][number][] = [];
  for (const list of lists)
    for await (const page of list)
      for (const { id, floating_ip_address: address, project_id, tenant_id } of page)
        if (wanted.has(address)) held.push({ id, address, projectId: project_id ?? tenant_id });
  return held;
}

async function cloudsWithoutAdmin(readers: readonly Reader[]): Promise<readonly string[]> {
  const sees = await Promise.all(
    readers.map(async (reader) => !(await reader.cloud.has('compute')) || seesEveryProject(reader)),
  );
  return readers.filter((_, index) => sees[index] === false).map(({ cloud }) => cloud.name);
}
