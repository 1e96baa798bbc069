import type { ServerAttributes } from '../compute/server.ts';
import type { Resource } from '../resource-type.ts';
import type { VolumeAttributes } from '../volume/volume.ts';

/** States that a server can be stopped, copied and brought back from. */
const MOVABLE_SERVERS: readonly string[] = ['active', 'stopped', 'paused', 'suspended', 'shelved', 'shelved_offloaded'];

const SERVER_REMEDIES: Readonly<Record<string, string>> = {
  error: 'reset its state or rebuild it',
  resized: 'confirm or revert its resize',
  rescued: 'unrescue it',
  building: 'wait until it is built',
  'soft-delete': 'restore it or delete it for good',
};

/** States of a volume whose bytes stand still or can be made to. */
const MOVABLE_VOLUMES: readonly string[] = ['available', 'in-use', 'reserved'];

/** Why a resource of the source cannot be moved as it is, with the remedy, as a sentence without its end. */
export function obstacleOf(resource: Resource): string | undefined {
  if (resource.type === 'server') return serverObstacle(resource.attributes as ServerAttributes);
  if (resource.type === 'volume') return volumeObstacle(resource.attributes as VolumeAttributes);
  return undefined;
}

function serverObstacle({ vmState, taskState, fault }: ServerAttributes): string | undefined {
  if (taskState !== undefined) return `its task ${taskState} is under way: wait until it has ended`;
  if (MOVABLE_SERVERS.includes(vmState)) return undefined;
  const why = fault === undefined ? '' : ` (${fault})`;
  return `it is in state ${vmState}${why}: ${SERVER_REMEDIES[vmState] ?? 'bring it to active or stopped'}, and plan again`;
}

function volumeObstacle({ status, encrypted }: VolumeAttributes): string | undefined {
  if (encrypted) return 'it is encrypted, and its key does not leave the source: copy its data inside a server';
  if (MOVABLE_VOLUMES.includes(status)) return undefined;
  return `it is in state ${status}: bring it to available or in-use, and plan again`;
}
