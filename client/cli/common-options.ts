import type { OptionSpecs } from './option.ts';

/** What every command of every program takes. */
export const COMMON_OPTIONS = {
  debug: { kind: 'flag', describe: 'Show the stack of an unexpected error' },
  quiet: { kind: 'flag', short: 'q', describe: 'No notes on stderr, only errors' },
  help: { kind: 'flag', short: 'h', describe: 'Show this text' },
  version: { kind: 'flag', short: 'V', describe: 'Show the version' },
} as const satisfies OptionSpecs;

/** What every command takes that asks clouds. */
export const LOOKING_OPTIONS = {
  debug: { kind: 'flag', describe: 'Show each HTTP call on stderr, tokens hashed, and the stack of an error' },
  timing: { kind: 'flag', describe: 'Show on stderr how long each HTTP call took' },
  quiet: COMMON_OPTIONS.quiet,
  help: COMMON_OPTIONS.help,
  version: COMMON_OPTIONS.version,
} as const satisfies OptionSpecs;
