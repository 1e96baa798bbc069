import { sizeText } from '../../../../planning/quantities.ts';
import type { RunProgress } from '../../../../workflows/run-report.ts';
import type { RunSummary } from '../../../run-list.ts';
import { defineCommand } from '../../command.ts';
import { cellText } from '../../output/cell.ts';
import { column } from '../../output/column.ts';
import { writeRecord } from '../../output/record.ts';
import { chosenColumns, listOptions } from '../../output/settings.ts';
import { NO_WORKER } from '../../progress/no-worker.ts';
import { countText } from '../../progress/run-totals.ts';
import { printable, type Terminal } from '../../terminal.ts';
import { atTemporal, configOption, runPositional } from './run-options.ts';
import { stateText } from './run-state.ts';

interface Shown {
  readonly summary: RunSummary;
  readonly progress?: RunProgress;
  readonly sentBytes: number;
  readonly url?: string;
}

/** In a window of this width, where nobody says how wide theirs is. */
const WIDTH = 100;

const COLUMNS = [
  column<Shown>('run', ({ summary }) => summary.workflowId),
  column<Shown>('run_id', ({ summary }) => summary.runId, { shown: 'data' }),
  column<Shown>('kind', ({ summary }) => summary.kind, { shown: 'data' }),
  column<Shown>('what', ({ progress }) => progress?.what),
  column<Shown>('state', ({ summary, progress }) => stateText(summary, progress), { shown: 'table' }),
  column<Shown>('status', ({ summary }) => summary.status, { shown: 'data' }),
  column<Shown>('source', ({ summary, progress }) => progress?.source ?? summary.source),
  column<Shown>('target', ({ summary, progress }) => progress?.target ?? summary.target),
  column<Shown>('stage', ({ summary, progress }) => progress?.stage ?? summary.stage, { shown: 'data' }),
  column<Shown>('paused', ({ progress }) => progress?.paused, { shown: 'data' }),
  column<Shown>('gate', ({ summary, progress }) => progress?.gate?.name ?? summary.gate, { shown: 'data' }),
  column<Shown>('question', ({ progress }) => progress?.gate?.question.split('\n'), { shown: 'data' }),
  column<Shown>('answers', ({ progress }) => progress?.gate?.answers, { shown: 'data' }),
  column<Shown>('counts', ({ progress }) => countsOf(progress)),
  column<Shown>('running', ({ progress }) =>
    progress?.running.map(({ type, name, id, step, since }) => `${type} ${name || id}: ${step}, since ${since}`),
  ),
  column<Shown>('machine', ({ progress }) => machineOf(progress)),
  column<Shown>('copied', copied, { shown: 'table' }),
  column<Shown>('copied_bytes', ({ progress, sentBytes }) => progress && progress.copiedBytes + sentBytes, {
    shown: 'data',
  }),
  column<Shown>('size_bytes', ({ progress }) => progress?.sizeBytes, { shown: 'data' }),
  column<Shown>('failures', ({ progress }) => progress?.failures),
  column<Shown>('notes', ({ progress }) => progress?.notes),
  column<Shown>('misunderstood', ({ progress }) => progress?.misunderstood),
  column<Shown>('started', ({ summary }) => summary.startedAt),
  column<Shown>('ended', ({ summary }) => summary.endedAt),
  column<Shown>('web_ui', ({ url }) => url, { shown: 'data' }),
];

export const showCommand = defineCommand({
  name: 'show',
  summary: 'Show what a run is doing, and what it waits for',
  positionals: runPositional,
  options: { ...configOption, ...listOptions },
  columns: COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-runs show acme', says: 'The only run of tenant acme' },
    { line: 'pump-runs show acme -f value -c answers', says: 'The commands that answer its gate' },
  ],
  check(values) {
    chosenColumns(COLUMNS, values);
  },
  run(values, context) {
    return atTemporal(values.config, context, async ({ pumphouse, uiUrl }) => {
      const { terminal } = context;
      const run = await pumphouse.run(values.run);
      const [summary, look] = await Promise.all([run.summary(), run.look()]);
      const url = uiUrl(run.workflowId);
      const shown: Shown = {
        summary,
        ...(look.progress === undefined ? {} : { progress: look.progress }),
        sentBytes: look.pending.reduce((sum, { transfer }) => sum + (transfer?.sentBytes ?? 0), 0),
        ...(url === undefined ? {} : { url }),
      };
      const isTable = values.format === 'table';
      const used = chosenColumns(COLUMNS, values, true).filter(({ value }) => !isTable || hasValue(value(shown)));
      const width = values['max-width'] ?? terminal.columns ?? WIDTH;
      await writeRecord(terminal, used, shown, { ...values, column: [], 'max-width': width });
      if (isTable && values.column.length === 0) await writeToCopy(shown, terminal);
      if (look.progress === undefined) terminal.talk(look.isRunning ? NO_WORKER : noDetails(run.workflowId));
      return 0;
    });
  },
});

/** What is copied from the screen stands outside of the table, which would break it. */
async function writeToCopy({ progress, url }: Shown, terminal: Terminal): Promise<void> {
  const { gate } = progress ?? {};
  const lines = [
    ...(url === undefined ? [] : [`Web UI: ${url}`]),
    ...(gate === undefined
      ? []
      : [
          `Waits at gate ${gate.name} since ${gate.since}${limitOf(gate)}:`,
          ...gate.question.split('\n'),
          'To answer:',
        ]),
    ...(gate?.answers ?? []).map((command) => `  ${command}`),
  ];
  for (const line of lines) await terminal.write(`${printable(line)}\n`);
}

function limitOf({ until, lapse }: NonNullable<RunProgress['gate']>): string {
  return until === undefined ? '' : `; at ${until} it counts as answered with ${lapse ?? 'reject'}`;
}

function copied({ progress, sentBytes }: Shown): string | undefined {
  const bytes = (progress?.copiedBytes ?? 0) + sentBytes;
  return bytes === 0 ? undefined : sizeText(bytes);
}

function noDetails(workflowId: string): string {
  return `no worker answers for run ${workflowId}: only what Temporal knows is shown`;
}

function hasValue(value: unknown): boolean {
  return value !== undefined && value !== false && cellText(value) !== '';
}

/** Of a run that takes a host: `power: off`, `port: leaf-1 Ethernet7: untagged 100`. */
function machineOf(progress: RunProgress | undefined): readonly string[] | undefined {
  const { machine } = progress?.host ?? {};
  return machine && Object.entries(machine).map(([what, how]) => `${what}: ${how}`);
}

/** Of types that the run has to do with. */
function countsOf(progress: RunProgress | undefined): Readonly<Record<string, string>> | undefined {
  if (progress === undefined) return undefined;
  const counts = Object.entries(progress.counts).filter(
    ([, { total, failed, skipped }]) => total + failed + skipped > 0,
  );
  return Object.fromEntries(counts.map(([type, count]) => [type, countText(count)]));
}
