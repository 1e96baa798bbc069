import type { OptionSpecs } from './option.ts';

/** What every command of every program takes. */
export const GLOBAL_OPTIONS = {
  debug: { kind: 'flag', describe: 'Show each HTTP call on stderr, tokens hashed, and the stack of an error' },
  timing: { kind: 'flag', describe: 'Show on stderr how long each HTTP call took' },
  quiet: { kind: 'flag', short: 'q', describe: 'No notes on stderr, only errors' },
  help: { kind: 'flag', short: 'h', describe: 'Show this text' },
  version: { kind: 'flag', describe: 'Show the version' },
} as const satisfies OptionSpecs;
