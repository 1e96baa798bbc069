const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type StopSignal = (typeof SIGNALS)[number];

/**
 * Calls `onStop` at the first signal that asks us to end. The second one ends the process at once: whoever presses
 * Ctrl-C twice does not want to wait.
 */
export function onStopSignal(onStop: (signal: StopSignal) => void): void {
  let asked = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (asked) process.exit(EXIT_CODES[signal]);
      asked = true;
      onStop(signal);
    });
  }
}
