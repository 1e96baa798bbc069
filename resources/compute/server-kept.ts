import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../resource-type.ts';
import type { ServerAttributes } from './server.ts';
import type { ServerInterface } from './server-interfaces.ts';

/** Zone of the hosts that are in none: whoever asks for it by name is bound to these hosts, so nobody does. */
export const DEFAULT_ZONE = 'nova';

/** Whether an attribute of a server is as wanted, for those that two clouds never tell in the same words. */
export function isServerAttributeKept(
  attribute: keyof ServerAttributes & string,
  wantedServer: Resource<ServerAttributes>,
  foundServer: Resource<ServerAttributes>,
): boolean | undefined {
  const [wanted, found] = [wantedServer.attributes, foundServer.attributes];
  switch (attribute) {
    case 'flavor':
      return hasSameFlavor(wanted, found);
    case 'interfaces':
      return hasSameInterfaces(wanted, found);
    case 'volumes':
      return hasSameVolumes(wanted, found);
    case 'availabilityZone':
      return (
        (wanted.pinnedAvailabilityZone === undefined && (wanted.availabilityZone ?? DEFAULT_ZONE) === DEFAULT_ZONE) ||
        wanted.availabilityZone === found.availabilityZone
      );
    case 'pinnedAvailabilityZone':
      // Before 2.96 nobody tells; where the server is has to do.
      return (
        wanted.pinnedAvailabilityZone === undefined ||
        wanted.pinnedAvailabilityZone === (found.pinnedAvailabilityZone ?? found.availabilityZone)
      );
    case 'hostname':
      // Only an admin is told before 2.90.
      return wanted.hostname === undefined || wanted.hostname === found.hostname;
    default:
      return foundServer.origin === undefined ? undefined : isKeptByCopy(attribute, wanted, found);
  }
}

/**
 * The source of a copy was stopped, locked and lost its addresses for the move: what it says of these is not how it was. How
 * it was is seen to when the copy is settled.
 */
function isKeptByCopy(
  attribute: keyof ServerAttributes & string,
  wanted: ServerAttributes,
  found: ServerAttributes,
): boolean | undefined {
  switch (attribute) {
    case 'vmState':
    case 'powerState':
      return wanted.vmState === 'stopped' || undefined;
    case 'locked':
    case 'lockedReason':
      return wanted.locked || undefined;
    case 'floatingIpIds':
      return wanted.floatingIpIds.every((id) => found.floatingIpIds.includes(id));
    default:
      return undefined;
  }
}

/** By content: from 2.47 on a server tells what its flavor was, and not which. */
function hasSameFlavor(wanted: ServerAttributes, found: ServerAttributes): boolean {
  const { id: _wanted, ...left } = wanted.flavor;
  const { id: _found, ...right } = found.flavor;
  return isDeepStrictEqual(left, right);
}

function hasSameInterfaces(wanted: ServerAttributes, found: ServerAttributes): boolean {
  const [left, right] = [wanted.interfaces.map(essence), found.interfaces.map(essence)];
  if (wanted.interfaceOrderKnown && found.interfaceOrderKnown) return isDeepStrictEqual(left, right);
  return isDeepStrictEqual([...left].sort(), [...right].sort());
}

function essence({ portId, macAddress, fixedIps }: ServerInterface): string {
  const addresses = fixedIps.map(({ ipAddress }) => ipAddress).sort();
  return [portId, macAddress.toLowerCase(), ...addresses].join(' ');
}

/**
 * In the order of their devices; what the devices are called is the hypervisor's to say. Tags are told from 2.70 on only: that one was lost is
 * said when the server is booted.
 */
function hasSameVolumes({ volumes: wanted }: ServerAttributes, { volumes: found }: ServerAttributes): boolean {
  return (
    wanted.length === found.length &&
    wanted.every((volume, index) => {
      const there = found[index];
      return (
        there?.id === volume.id &&
        there.isRoot === volume.isRoot &&
        there.deleteOnTermination === volume.deleteOnTermination &&
        (there.tag ?? volume.tag) === volume.tag
      );
    })
  );
}
