import type { ListedKind, RunSummary } from '../../../run-list.ts';
import { defineCommand } from '../../command.ts';
import { column } from '../../output/column.ts';
import { writeList } from '../../output/list.ts';
import { chosenColumns, listOptions } from '../../output/settings.ts';
import { atTemporal, configOption } from './run-options.ts';
import { shortRun, stateText } from './run-state.ts';

const COLUMNS = [
  column<RunSummary>('run', ({ workflowId }) => workflowId, { whole: true }),
  column<RunSummary>('run_id', ({ runId }) => runId, { shown: 'long', whole: true }),
  column<RunSummary>('kind', ({ kind }) => kind, { shown: 'long' }),
  column<RunSummary>('tenant', ({ tenant }) => tenant),
  column<RunSummary>('host', ({ host }) => host, { shown: 'long' }),
  column<RunSummary>('state', (run) => stateText(run), { shown: 'table' }),
  column<RunSummary>('status', ({ status }) => status, { shown: 'data' }),
  column<RunSummary>('source', ({ source }) => source, { shown: 'long' }),
  column<RunSummary>('target', ({ target }) => target, { shown: 'long' }),
  column<RunSummary>('stage', ({ stage }) => stage, { shown: 'data' }),
  column<RunSummary>('gate', ({ gate }) => gate, { shown: 'data' }),
  column<RunSummary>('started', ({ startedAt }) => startedAt.replace(/\.\d+Z$/, 'Z'), { whole: true }),
  column<RunSummary>('ended', ({ endedAt }) => endedAt?.replace(/\.\d+Z$/, 'Z'), { shown: 'long' }),
];

/** With less room than this ids are cut: what is left of one names its run as well. */
const ROOM = 110;

const NARROW_COLUMNS = COLUMNS.map((each) =>
  each.key === 'run' ? { ...each, value: ({ workflowId }: RunSummary) => shortRun(workflowId) } : each,
);

const KINDS = [
  'migrate-tenant',
  'migrate-resources',
  'finalize',
  'rollback',
  'discover',
  'migrate-instance',
  'transfer-host',
  'transfer-hosts',
  'decommission-controller',
  'evacuate-host',
  'evacuate-instance',
] as const satisfies readonly ListedKind[];

export const listCommand = defineCommand({
  name: 'list',
  summary: 'List runs, newest first',
  details: 'Runs that moved single instances for another run are left out unless --kind asks for them.',
  positionals: {},
  options: {
    running: { kind: 'flag', describe: 'Only those that have not ended' },
    'at-gate': { kind: 'flag', describe: 'Only those that wait for a person' },
    tenant: { kind: 'text', value: 'NAME', describe: 'Only those of the tenant of this name' },
    host: { kind: 'text', value: 'NAME', describe: 'Only those of this host' },
    source: { kind: 'text', value: 'NAME', suggest: 'source', describe: 'Only those from this cloud' },
    target: { kind: 'text', value: 'NAME', suggest: 'target', describe: 'Only those to this cloud' },
    kind: { kind: 'choices', choices: KINDS, describe: 'Only this kind' },
    limit: { kind: 'number', value: 'N', standard: 50, describe: 'At most so many' },
    long: { kind: 'flag', describe: 'Also kind, clouds, run id and end' },
    ...configOption,
    ...listOptions,
  },
  columns: COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-runs list --running', says: 'What is under way' },
    { line: 'pump-runs list --at-gate -f value -c run', says: 'Ids of all that wait for a person' },
    { line: 'pump-runs list --kind migrate-instance --running', says: 'Which instances are on their way' },
  ],
  check(values) {
    chosenColumns(COLUMNS, values, values.long);
  },
  run(values, context) {
    return atTemporal(values.config, context, async ({ pumphouse }) => {
      const { tenant, host, source, target, kind, limit } = values;
      const runs = await pumphouse.runs({
        ...(tenant === undefined ? {} : { tenant }),
        ...(host === undefined ? {} : { host }),
        ...(source === undefined ? {} : { source }),
        ...(target === undefined ? {} : { target }),
        ...(kind.length === 0 ? {} : { kinds: kind }),
        runningOnly: values.running,
        atGate: values['at-gate'],
        limit,
      });
      const { terminal } = context;
      const isNarrow = values.format === 'table' && (values['max-width'] ?? terminal.columns ?? ROOM) < ROOM;
      const count = await writeList(terminal, isNarrow ? NARROW_COLUMNS : COLUMNS, runs, values, values.long);
      if (count === 0) terminal.talk('no run is like that');
      else if (count === limit) terminal.talk(`these are the newest ${limit}; --limit shows more`);
      return 0;
    });
  },
});
