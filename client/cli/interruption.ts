/** Signals that ask a process to end, with the exit code of a command that one of them cuts short: 128 and its number. */
export const STOP_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof STOP_EXIT_CODES;

const isStopSignal = (reason: unknown): reason is StopSignal =>
  typeof reason === 'string' && Object.hasOwn(STOP_EXIT_CODES, reason);

/** Ctrl-C or its like came before the command was done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly by: StopSignal;

  constructor(signal: AbortSignal) {
    super('interrupted');
    this.by = stopSignalOf(signal);
  }
}

/** Which signal aborted `signal`; Ctrl-C where it does not say. */
export function stopSignalOf({ reason }: AbortSignal): StopSignal {
  return isStopSignal(reason) ? reason : 'SIGINT';
}

/** Calls `act` when `signal` is aborted, at once when it is already. Gives what stops listening. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act();
    return () => undefined;
  }
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}

/** Waits for `work`, but no longer than until `signal` is aborted: then it throws {@link Interrupted}. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, () => reject(new Interrupted(signal)));
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop();
  }
}

const KEEP_ALIVE_MS = 60_000;

/** Settles when the process is asked to end, or rejects when `lost` does first; keeps the process alive until then. */
export async function askedToEnd(signal: AbortSignal, lost?: Promise<never>): Promise<void> {
  const alive = setInterval(() => undefined, KEEP_ALIVE_MS);
  let stop: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    stop = onAbort(signal, resolve);
  });
  try {
    await (lost === undefined ? asked : Promise.race([asked, lost]));
  } finally {
    stop();
    clearInterval(alive);
  }
}
