import {
  type Cloud,
  isApiError,
  type NovaServer,
  NovaServers,
  type PowerAction,
} from '../../../services/openstack/index.ts';
import type { Origin } from '../../moving/origin.ts';
import type { Reader } from '../../reader.ts';

/** What is done to one server of the source. */
export interface SourceWork {
  readonly source: Reader;
  readonly id: string;
  /** The target, as `pumphouse.yaml` names it. */
  readonly target: string;
  /** The mark of this run and this server. */
  readonly origin: Origin;
  /** The source as a member of a project of it sees it. */
  inProject(projectId: string): Cloud;
  /** Aborted when the activity is cancelled. */
  readonly signal: AbortSignal;
  /** Told what Nova says of the server, again and again. */
  onState(state: string): void;
}

/** Somebody waits while a server is down: it is looked at often. */
export const PAUSE_MS = 1_000;

export function novaOf({ source }: SourceWork): NovaServers {
  return new NovaServers(source.cloud.compute.client);
}

/** The server as it is now; its state is told. */
export async function lookAt({ source, id, onState }: SourceWork): Promise<NovaServer> {
  const there = await source.cloud.compute.server(id);
  onState(stateOf(there));
  return there;
}

/** A refusal because the server is in another state by now is no error: it is looked at again. */
export async function tryTo(work: SourceWork, action: PowerAction): Promise<void> {
  try {
    await novaOf(work).act(work.id, action);
  } catch (error) {
    if (!isApiError(error, 'conflict', 'busy')) throw error;
  }
}

/** `ACTIVE`, or with a task and the state of the guest: `ACTIVE, powering-off, running`. */
export function stateOf(server: NovaServer): string {
  const task = server['OS-EXT-STS:task_state'];
  const power = POWER[server['OS-EXT-STS:power_state'] ?? 0] ?? 'no power state';
  return [server.status, ...(task ? [task] : []), power].join(', ');
}

export function named({ name, id }: NovaServer): string {
  return name === '' ? `server ${id}` : `server ${name} (${id})`;
}

const POWER: Readonly<Record<number, string>> = {
  1: 'running',
  3: 'paused',
  4: 'shut down',
  6: 'crashed',
  7: 'suspended',
};

/** By the guest, not by Nova's word alone: nothing of it runs on any host, and nothing is being done to it. */
export function isOff(server: NovaServer): boolean {
  const vmState = server['OS-EXT-STS:vm_state'] ?? '';
  const power = server['OS-EXT-STS:power_state'] ?? 0;
  if (server['OS-EXT-STS:task_state']) return false;
  if (vmState === 'shelved') return power === SHUT_DOWN || power === NONE;
  if (vmState === 'stopped') return power === SHUT_DOWN || power === CRASHED;
  return vmState === 'shelved_offloaded';
}

const NONE = 0;
const SHUT_DOWN = 4;
const CRASHED = 6;
