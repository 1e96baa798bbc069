import type { EvacuationStep } from '../../../planning/evacuation-way.ts';
import { type Cloud, type NovaMigration, NovaMoves, type NovaServer } from '../../../services/openstack/index.ts';

/** How an instance was before anything was done to it, and which record was its newest: later ones are of this move. */
export interface Departure {
  readonly host: string;
  readonly vmState: string;
  readonly powerState: number;
  readonly taskState?: string;
  /** 0 where it has none. */
  readonly newestMigration: number;
}

export interface Leaving {
  readonly id: string;
  readonly name: string;
  readonly step: EvacuationStep;
  readonly departure: Departure;
}

/** What an instance and its newest record say of its move. */
export type Sight =
  | { readonly kind: 'moved'; readonly host: string }
  | { readonly kind: 'under-way'; readonly how: string; readonly migration?: NovaMigration }
  /** Its cold migration or resize waits to be confirmed. */
  | { readonly kind: 'to-confirm' }
  /** Nova calls its move a success, and it is not as it was; `but` in words. */
  | { readonly kind: 'arrived'; readonly host: string; readonly but: string }
  /** Nothing of this move is to be seen. */
  | { readonly kind: 'not-begun' }
  /** It is where it was, or elsewhere and not as it was; `why` in words. */
  | { readonly kind: 'failed'; readonly why: string };

const DONE: ReadonlySet<string> = new Set(['completed', 'confirmed', 'done']);
const FAILED: ReadonlySet<string> = new Set(['error', 'failed', 'cancelled', 'reverted']);

export async function departureOf(
  cloud: Cloud,
  id: string,
): Promise<{ readonly departure: Departure; readonly name: string }> {
  const server = await cloud.compute.server(id);
  const newest = await new NovaMoves(cloud.compute.client).newest(id);
  const taskState = server['OS-EXT-STS:task_state'];
  return {
    name: server.name || id,
    departure: {
      host: server['OS-EXT-SRV-ATTR:host'] ?? '',
      vmState: server['OS-EXT-STS:vm_state'] ?? '',
      powerState: server['OS-EXT-STS:power_state'] ?? 0,
      ...(taskState ? { taskState } : {}),
      newestMigration: newest?.id ?? 0,
    },
  };
}

/** Looks at the record first and at the server then: a record that ends between the two is seen with a server that has arrived. */
export async function see(cloud: Cloud, leaving: Leaving): Promise<Sight> {
  const newest = await new NovaMoves(cloud.compute.client).newest(leaving.id);
  const own = newest !== undefined && newest.id > leaving.departure.newestMigration ? newest : undefined;
  return judge(await cloud.compute.server(leaving.id), own, leaving);
}

/**
 * Whether an instance has left its host. ACTIVE alone says nothing: after a live migration that failed it is ACTIVE where it was. It has
 * left when its host is another, its record has ended well, no task is left, and it runs, or does not, as before.
 */
export function judge(server: NovaServer, migration: NovaMigration | undefined, { step, departure }: Leaving): Sight {
  const host = server['OS-EXT-SRV-ATTR:host'] ?? '';
  const task = server['OS-EXT-STS:task_state'];
  const vmState = server['OS-EXT-STS:vm_state'] ?? '';
  if (step === 'offload') return judgeOffload(vmState, host, task);
  // Its owner's own resize is the owner's to confirm.
  if (vmState === 'resized' && !task)
    return step === 'cold' && migration?.migration_type === 'migration'
      ? { kind: 'to-confirm' }
      : { kind: 'failed', why: 'a resize of its owner waits to be confirmed or reverted' };
  if (task) return { kind: 'under-way', how: task, ...(migration === undefined ? {} : { migration }) };
  if (vmState === 'error' && departure.vmState !== 'error')
    return { kind: 'failed', why: `it is in ERROR on ${host}: ${server.fault?.message ?? 'Nova does not say why'}` };
  if (migration === undefined) return { kind: 'not-begun' };
  const { status } = migration;
  if (FAILED.has(status))
    return { kind: 'failed', why: `Nova has ended its migration with ${status}; it is on ${host}` };
  if (!DONE.has(status)) return { kind: 'under-way', how: status, migration };
  if (host === departure.host) return { kind: 'failed', why: `its migration is ${status}, and it is still on ${host}` };
  const wanted = step === 'rebuild' && departure.vmState === 'error' ? vmState : departure.vmState;
  if (vmState !== wanted) return { kind: 'arrived', host, but: `it is ${vmState} there, and was ${wanted}` };
  const powerState = server['OS-EXT-STS:power_state'] ?? 0;
  if (step !== 'rebuild' && powerState !== departure.powerState) {
    const but = `its hypervisor says ${powerWord(powerState)} there, and said ${powerWord(departure.powerState)} before: look at its console`;
    return { kind: 'arrived', host, but };
  }
  return { kind: 'moved', host };
}

/** Compute API, "Server concepts": power_state. */
function powerWord(state: number): string {
  const words: Readonly<Record<number, string>> = {
    0: 'no state',
    1: 'running',
    3: 'paused',
    4: 'shut down',
    6: 'crashed',
    7: 'suspended',
  };
  return words[state] ?? `state ${state}`;
}

function judgeOffload(vmState: string, host: string, task: string | null | undefined): Sight {
  if (task) return { kind: 'under-way', how: task };
  if (vmState === 'shelved_offloaded' && host === '')
    return { kind: 'moved', host: 'no host: it is shelved and offloaded' };
  if (vmState === 'shelved') return { kind: 'not-begun' };
  return { kind: 'failed', why: `it is ${vmState}` };
}
