import type { FlavorAttributes } from '../compute/flavor.ts';
import type { QuotaAttributes } from '../compute/quota.ts';
import type { ServerAttributes } from '../compute/server.ts';
import { DEFAULT_ZONE } from '../compute/server-kept.ts';
import { hasFailedToMove } from '../compute/source-server/our-lock.ts';
import type { UserAttributes } from '../identity/user.ts';
import type { ImageAttributes } from '../image/image.ts';
import { compare } from '../moving/compare.ts';
import type { Correspondence, Found } from '../moving/correspondence.ts';
import type { FloatingIpAttributes } from '../network/floating-ip.ts';
import type { NetworkAttributes } from '../network/network.ts';
import type { PortAttributes } from '../network/port.ts';
import type { RouterAttributes } from '../network/router.ts';
import type { Reader } from '../reader.ts';
import type { Reference, Resource, ResourceRef } from '../resource-type.ts';
import { resourceTypes } from '../resource-types.ts';
import type { VolumeAttributes } from '../volume/volume.ts';
import type { Gathered, Gathering } from './gather.ts';
import type { Facts, NamedLimits, Observation } from './observation.ts';
import { obstacleOf } from './obstacle.ts';
import { isOfInstallation } from './service-account.ts';

/** What the target has for one resource of the source. What that needs has been looked for before. */
export async function observe(
  source: Reader,
  correspondence: Correspondence,
  gathered: Gathered,
  all: Pick<Gathering, 'has'>,
): Promise<Observation> {
  const { resource, references, neededBy } = gathered;
  const { type, id, name, projectId, host } = resource;
  // Servers that a group contains come later, and need the group: the group says nothing of them that is compared.
  if (type === 'server-group')
    for (const ref of references) if (ref.type === 'server') correspondence.learnAbsence(ref);
  const found = await correspondence.match(resource);
  if (found === undefined) correspondence.learnAbsence(resource);
  const { moving } = resourceTypes[type];
  const notCreated = moving?.notCreated?.(resource);
  const obstacle = obstacleOf(resource);
  return {
    type,
    id,
    name,
    ...(projectId === undefined ? {} : { projectId }),
    ...(host === undefined ? {} : { host }),
    references,
    ...(neededBy === undefined ? {} : { neededBy }),
    ...(found === undefined ? {} : { found: await comparedWith(found, gathered, correspondence, all) }),
    canUpdate: moving?.update !== undefined,
    ...(notCreated === undefined ? {} : { notCreated }),
    isOfInstallation: await isOfInstallation(source, resource),
    ...(obstacle === undefined ? {} : { obstacle }),
    facts: await factsOf(resource, correspondence, found),
  };
}

async function comparedWith(
  found: Found,
  { resource, references }: Gathered,
  correspondence: Correspondence,
  all: Pick<Gathering, 'has'>,
): Promise<NonNullable<Observation['found']>> {
  // Who may use it and is not moved now is let in when that one is moved.
  const isOthers = (ref: ResourceRef) =>
    references.some(({ relation, type, id }) => relation === 'admits' && type === ref.type && id === ref.id) &&
    !all.has(ref);
  const wanted = await correspondence.wanted(resource, {
    placeholder: (ref) => (isOthers(ref) ? undefined : placeholder(ref)),
  });
  const differences = compare(withoutMissingContents(wanted, references), found.resource);
  const { how, id } = found;
  const { origin } = found.resource;
  return {
    how,
    id,
    ...(how === 'made' && origin !== undefined ? { run: origin.run } : {}),
    differences,
    losable: Object.keys(resourceTypes[resource.type].moving?.losses ?? {}),
    isUnfinished: isUnfinished(wanted, found.resource),
  };
}

/** An earlier try was cut off in the middle. What never had bytes in the source lacks none. */
function isUnfinished({ attributes: wanted }: Resource, { type, attributes }: Resource): boolean {
  switch (type) {
    case 'server':
      return ['error', 'building'].includes((attributes as ServerAttributes).vmState);
    case 'volume':
      return /^(creating|downloading|error)/.test((attributes as VolumeAttributes).status);
    case 'image': {
      const { status } = attributes as ImageAttributes;
      return (
        ['queued', 'saving', 'importing', 'killed'].includes(status) && (wanted as ImageAttributes).status !== status
      );
    }
    default:
      return false;
  }
}

/** How a plan calls what the target does not have yet. */
function placeholder({ type, id }: ResourceRef): string {
  return `(${type} ${id} of the source)`;
}

/** A subnet that is not there yet is no difference of its network: it is made in it. */
function withoutMissingContents(wanted: Resource, references: readonly Reference[]): Resource {
  if (wanted.type !== 'network') return wanted;
  const missing = new Set(references.filter(({ relation }) => relation === 'contains').map(placeholder));
  const { attributes } = wanted as Resource<NetworkAttributes>;
  const subnetIds = attributes.subnetIds.filter((id) => !missing.has(id));
  return { ...wanted, attributes: { ...attributes, subnetIds } };
}

async function factsOf(resource: Resource, correspondence: Correspondence, found: Found | undefined): Promise<Facts> {
  switch (resource.type) {
    case 'server':
      return serverFacts(resource.attributes as ServerAttributes, correspondence);
    case 'port': {
      const { networkId, macAddress, fixedIps } = resource.attributes as PortAttributes;
      const network = await correspondence.targetOf({ type: 'network', id: networkId });
      return {
        kind: 'port',
        ...(network === undefined ? {} : { targetNetworkId: network.id }),
        macAddress,
        ipAddresses: fixedIps.map(({ ipAddress }) => ipAddress),
      };
    }
    case 'network':
      return { kind: 'network', isExternal: (resource.attributes as NetworkAttributes).external };
    case 'router': {
      const { gateway } = resource.attributes as RouterAttributes;
      return { kind: 'router', gatewayAddresses: gateway?.fixedIps.map(({ ipAddress }) => ipAddress) ?? [] };
    }
    case 'user':
      return { kind: 'user', isEnabled: (resource.attributes as UserAttributes).enabled };
    case 'floating-ip':
      return { kind: 'floating-ip', address: (resource.attributes as FloatingIpAttributes).address };
    case 'image': {
      const { sizeBytes, status } = resource.attributes as ImageAttributes;
      return { kind: 'image', ...(sizeBytes === undefined ? {} : { sizeBytes }), status };
    }
    case 'volume': {
      const { sizeGib, volumeType, availabilityZone } = resource.attributes as VolumeAttributes;
      return {
        kind: 'volume',
        sizeGib,
        ...(volumeType === undefined ? {} : { volumeType: correspondence.nameOf('volume-type', volumeType) }),
        ...(availabilityZone === undefined
          ? {}
          : { zone: correspondence.nameOf('availability-zone', availabilityZone) }),
      };
    }
    case 'flavor': {
      const { isPublic, vcpus, ramMib, diskGib, ephemeralGib, swapMib } = resource.attributes as FlavorAttributes;
      return { kind: 'flavor', isPublic, size: { vcpus, ramMib, diskGib: diskGib + ephemeralGib + gibOf(swapMib) } };
    }
    case 'quota':
      return {
        kind: 'quota',
        wanted: limitsOf(resource.attributes as QuotaAttributes),
        ...(found === undefined ? {} : { found: limitsOf(found.resource.attributes as QuotaAttributes) }),
      };
    default:
      return { kind: 'none' };
  }
}

function serverFacts(attributes: ServerAttributes, correspondence: Correspondence): Facts {
  const { flavor, volumes, vmState, pinnedAvailabilityZone, availabilityZone, interfaceOrderKnown } = attributes;
  const bootsFromVolume = volumes.some(({ isRoot }) => isRoot);
  const rootDiskGib = bootsFromVolume ? 0 : flavor.diskGib;
  // Who asked for no zone is in Nova's default one, which is asked for nowhere.
  const zone = pinnedAvailabilityZone ?? (availabilityZone === DEFAULT_ZONE ? undefined : availabilityZone);
  return {
    kind: 'server',
    size: {
      vcpus: flavor.vcpus,
      ramMib: flavor.ramMib,
      diskGib: rootDiskGib + flavor.ephemeralGib + gibOf(flavor.swapMib),
    },
    rootDiskGib,
    bootsFromVolume,
    vmState,
    flavorName: flavor.name,
    isFlavorGone: flavor.id === undefined,
    ...(zone === undefined ? {} : { zone: correspondence.nameOf('availability-zone', zone) }),
    interfaceOrderKnown,
    isLocked: attributes.locked,
    failedToMove: hasFailedToMove(attributes),
  };
}

function gibOf(mib: number): number {
  return Math.ceil(mib / 1024);
}

function limitsOf({ compute, network, volume }: QuotaAttributes): NamedLimits {
  const named = Object.entries({ compute, network, volume }).flatMap(([service, limits]) =>
    Object.entries(limits).map(([name, limit]) => [`${service}.${name}`, limit] as const),
  );
  return Object.fromEntries(named);
}
