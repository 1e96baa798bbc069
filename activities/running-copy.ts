import type { ServerAttributes } from '../resources/compute/server.ts';
import { server } from '../resources/compute/server.ts';
import { port } from '../resources/network/port.ts';
import type { Resource } from '../resources/resource-type.ts';
import { unlessGone } from '../resources/visibility.ts';
import type { Move } from './open-moves.ts';

/** A server of the target that may run in place of one of the source. */
export interface RunningCopy {
  readonly id: string;
  /** The mark of the run that made it; absent when it carries none. */
  readonly run?: string;
  /** As the end of a sentence: why the two must not run together. */
  readonly why: string;
}

type Server = Resource<ServerAttributes>;

/**
 * Looks for what must be off before a server of the source is started: its copy by the mark, and whoever has the ports that stand for its
 * own, with the same MAC and IP addresses. A tenant can take the marks off; the ports it cannot.
 */
export async function runningCopy(move: Move, source: Server): Promise<RunningCopy | undefined> {
  const { target, correspondence } = move;
  const match = await correspondence.match(source);
  // The search was for servers.
  const copy = match?.how === 'made' ? (match.resource as Server) : undefined;
  if (copy !== undefined && mayRun(copy.attributes)) return told(copy, target.cloud.name, 'carries its mark');
  for (const { portId } of source.attributes.interfaces) {
    const there = await correspondence.targetOf({ type: 'port', id: portId });
    const used = there === undefined ? undefined : await unlessGone(() => port.get(target, there.id));
    if (used === undefined || !used.attributes.deviceOwner.startsWith('compute:')) continue;
    const user = await unlessGone(() => server.get(target, used.attributes.deviceId));
    if (user !== undefined && mayRun(user.attributes)) return told(user, target.cloud.name, 'has its ports');
  }
  return undefined;
}

/** By its power state: nothing of it runs on any host, and nothing is being done to it. */
export function mayRun({ vmState, powerState, taskState }: ServerAttributes): boolean {
  if (vmState === 'deleted') return false;
  if (taskState !== undefined) return true;
  if (vmState === 'shelved_offloaded') return false;
  const isOff =
    powerState === 'shutdown' || powerState === 'crashed' || (vmState === 'shelved' && powerState === 'none');
  return !isOff || (vmState !== 'stopped' && vmState !== 'shelved');
}

function told({ id, origin }: Server, target: string, what: string): RunningCopy {
  return {
    id,
    ...(origin === undefined ? {} : { run: origin.run }),
    why: `server ${id} of ${target} ${what} and may run`,
  };
}
