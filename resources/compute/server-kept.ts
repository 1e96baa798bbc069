import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../resource-type.ts';
import { goalOf, type PowerGoal } from './power-goal.ts';
import type { ServerAttributes } from './server.ts';
import type { ServerInterface } from './server-interfaces.ts';
import { ourLock } from './source-server/our-lock.ts';

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
 * The source of a copy was stopped, locked and lost its addresses for the move. How it was before stands in the reason of our lock; a
 * source too old for reasons (2.73) does not tell, and there it counts that settling the copy has seen to it.
 */
function isKeptByCopy(
  attribute: keyof ServerAttributes & string,
  wanted: ServerAttributes,
  found: ServerAttributes,
): boolean | undefined {
  const former = ourLock(wanted)?.former;
  const untold = wanted.vmState === 'stopped' || undefined;
  switch (attribute) {
    case 'vmState':
      return former === undefined ? untold : isInState(found, goalOf(former));
    case 'powerState':
      return former === undefined ? untold : hasPowerOf(found, goalOf(former));
    case 'locked':
      return former === undefined ? wanted.locked || undefined : former.locked === found.locked;
    case 'lockedReason':
      if (former === undefined) return wanted.locked || undefined;
      // Our own reason has no room for the end of a long one.
      return found.lockedReason?.startsWith(former.lockedReason ?? '') ?? former.lockedReason === undefined;
    case 'floatingIpIds':
      return wanted.floatingIpIds.every((id) => found.floatingIpIds.includes(id));
    default:
      return undefined;
  }
}

/** What was shelved may be offloaded: that is for the target's settings to say. */
function isInState({ vmState }: ServerAttributes, goal: PowerGoal): boolean {
  return vmState === goal || (goal === 'shelved' && vmState === 'shelved_offloaded');
}

/** Hypervisors differ in what they say of a suspended or shelved guest. */
function hasPowerOf({ powerState }: ServerAttributes, goal: PowerGoal): boolean {
  if (goal === 'active') return powerState === 'running';
  return goal === 'stopped' ? powerState === 'shutdown' : powerState !== 'running';
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
