import { logLevels } from '../../workers/log-levels.ts';
import type { OptionSpecs } from './option.ts';

/** What processes take that work with clouds and Temporal. */
export const workerOptions = {
  config: {
    kind: 'text',
    short: 'c',
    value: 'FILE',
    suggest: 'file',
    describe: 'Configuration; else PUMPHOUSE_CONFIG, ./pumphouse.yaml',
  },
  metrics: { kind: 'endpoint', value: 'HOST:PORT', describe: 'Serve Prometheus metrics there (/metrics)' },
} as const satisfies OptionSpecs;

/** How much a process logs, `standard` unless told. */
export const logOption = <const L extends (typeof logLevels)[number]>(standard: L) =>
  ({ 'log-level': { kind: 'choice', choices: logLevels, standard, describe: 'How much to log' } }) as const;

const GROUP = 'Temporal server';

/** Where the embedded Temporal server listens and what it keeps. */
export const serverOptions = {
  'in-memory': { kind: 'flag', describe: 'Keep nothing between runs', group: GROUP },
  'db-file': {
    kind: 'text',
    value: 'FILE',
    suggest: 'file',
    describe: 'Where to keep the data, if not in the usual place',
    group: GROUP,
  },
  port: { kind: 'port', value: 'PORT', describe: 'Port of Temporal; 7233 if free, 0 for any', group: GROUP },
  'ui-port': { kind: 'port', value: 'PORT', describe: 'Port of the Web UI; 8233 if free, 0 for any', group: GROUP },
} as const satisfies OptionSpecs;

export const SERVER_EXCLUSIVE = [['in-memory', 'db-file']] as const;

/** The values of {@link serverOptions}. */
export interface ServerValues {
  readonly 'in-memory': boolean;
  readonly 'db-file': string | undefined;
  readonly port: number | undefined;
  readonly 'ui-port': number | undefined;
}
