import type { PowerState, ServerAttributes } from '../server.ts';

/** How a server was before anything was done to it. */
export interface Former {
  readonly vmState: string;
  readonly powerState: PowerState;
  readonly locked: boolean;
  readonly lockedReason?: string;
}

/** What our lock tells: for which target, by which run, and what the server was before. */
export interface OurLock {
  readonly target: string;
  readonly run: string;
  readonly former: Former;
  /** The move failed and could not be undone: a copy that is there is not what it should be. */
  readonly isFailed?: true;
}

/** Nova takes so many letters. */
const LONGEST_REASON = 255;

const OURS =
  /^pumphouse: (moved|failed to move) to (.+), run ([0-9a-f]+); was (\w*), (\w+)(?:, (locked)(?:: (.*))?)?$/s;

/**
 * The reason of our lock. It says what the server was as well, so that this is known also when the run that stopped it is lost. A long
 * reason of a former lock loses its end.
 */
export function ourReason({ target, run, former, isFailed }: OurLock): string {
  const { vmState, powerState, locked, lockedReason } = former;
  const lock = locked ? `, locked${lockedReason === undefined ? '' : `: ${lockedReason}`}` : '';
  const what = isFailed === true ? 'failed to move' : 'moved';
  return `pumphouse: ${what} to ${target}, run ${run}; was ${vmState}, ${powerState}${lock}`.slice(0, LONGEST_REASON);
}

/** Undefined for somebody else's lock, and where Nova is too old for reasons (2.73). */
export function ourLock({
  locked,
  lockedReason,
}: Pick<ServerAttributes, 'locked' | 'lockedReason'>): OurLock | undefined {
  const [, what, target, run, vmState, powerState, wasLocked, reason] = (locked && OURS.exec(lockedReason ?? '')) || [];
  if (target === undefined || run === undefined || vmState === undefined || !isPowerState(powerState)) return undefined;
  const former = {
    vmState,
    powerState,
    locked: wasLocked !== undefined,
    ...(reason === undefined ? {} : { lockedReason: reason }),
  };
  return { target, run, former, ...(what === 'moved' ? {} : { isFailed: true }) };
}

/** Whether our lock, or our mark in the metadata where Nova is too old, says that the move failed and could not be undone. */
export function hasFailedToMove(attributes: Pick<ServerAttributes, 'locked' | 'lockedReason' | 'failedMove'>): boolean {
  return attributes.failedMove !== undefined || ourLock(attributes)?.isFailed === true;
}

/** As the server was before our lock, or as it is. */
export function formerOf(attributes: ServerAttributes): Former {
  const { vmState, powerState, locked, lockedReason } = attributes;
  const now = { vmState, powerState, locked, ...(lockedReason === undefined ? {} : { lockedReason }) };
  return ourLock(attributes)?.former ?? now;
}

const POWER_STATES: readonly string[] = ['none', 'running', 'paused', 'shutdown', 'crashed', 'suspended'];

function isPowerState(text: string | undefined): text is PowerState {
  return text !== undefined && POWER_STATES.includes(text);
}
