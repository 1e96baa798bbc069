import { isDeepStrictEqual } from 'node:util';
import { NovaServers } from '../../services/openstack/index.ts';
import type { Making } from '../moving/making.ts';
import { Reader } from '../reader.ts';
import { BootFailed } from './boot-failed.ts';
import { allFlavors } from './flavor.ts';
import type { ServerAttributes } from './server.ts';
import { DEFAULT_ZONE } from './server-kept.ts';

/** The flavor of the target that a server boots with: its own, or for a flavor that is gone, one that gives the same. */
export async function flavorFor({ target }: Making, { flavor }: ServerAttributes): Promise<string> {
  if (flavor.id !== undefined) return flavor.id;
  const { name, ...content } = flavor;
  const alike = (await allFlavors(new Reader(target.cloud))).filter(({ attributes }) => {
    const { vcpus, ramMib, diskGib, ephemeralGib, swapMib, extraSpecs } = attributes;
    return isDeepStrictEqual({ vcpus, ramMib, diskGib, ephemeralGib, swapMib, extraSpecs }, content);
  });
  const found = alike.find((candidate) => candidate.name === name) ?? alike[0];
  if (found !== undefined) return found.id;
  const { vcpus, ramMib, diskGib, ephemeralGib, swapMib, extraSpecs } = content;
  const disks = `${diskGib} GiB disk, ${ephemeralGib} GiB ephemeral, ${swapMib} MiB swap`;
  throw new BootFailed(
    'flavor-missing',
    `it was booted with flavor ${name}, which exists no more in the source: make one in the target with ${vcpus} VCPUs, ${ramMib} MiB RAM, ${disks} and extra specs ${JSON.stringify(extraSpecs)}`,
  );
}

/** The zone to ask for, if any. `source`: as the source names it. */
export async function zoneFor(
  { target, source: { cloud } }: Making,
  source: ServerAttributes,
  wanted: ServerAttributes,
): Promise<string | undefined> {
  const zone = wanted.pinnedAvailabilityZone ?? wanted.availabilityZone;
  if (zone === undefined || (wanted.pinnedAvailabilityZone === undefined && zone === DEFAULT_ZONE)) return undefined;
  const zones = await new NovaServers(target.cloud.compute.client).availabilityZones();
  if (zones.includes(zone)) return zone;
  const named = source.pinnedAvailabilityZone ?? source.availabilityZone ?? zone;
  throw new BootFailed(
    'zone-missing',
    `it is in availability zone ${named} of ${cloud.name}, and ${target.cloud.name} has no zone ${zone}: map it (mappings: availability-zone: ${named}: one of ${zones.join(', ')})`,
  );
}
