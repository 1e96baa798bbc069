import type { RunProgress } from '../../../../workflows/run-report.ts';
import type { RunSummary } from '../../../run-list.ts';
import { defineCommand } from '../../command.ts';
import { cellText } from '../../output/cell.ts';
import { column } from '../../output/column.ts';
import { writeRecord } from '../../output/record.ts';
import { chosenColumns, listOptions } from '../../output/settings.ts';
import { NO_WORKER } from '../../progress/no-worker.ts';
import { countText } from '../../progress/run-totals.ts';
import { atTemporal, configOption, runPositional } from './run-options.ts';

interface Shown {
  readonly summary: RunSummary;
  readonly progress?: RunProgress;
  readonly sentBytes: number;
  readonly url?: string;
}

const COLUMNS = [
  column<Shown>('run', ({ summary }) => summary.workflowId),
  column<Shown>('run_id', ({ summary }) => summary.runId),
  column<Shown>('kind', ({ summary }) => summary.kind),
  column<Shown>('status', ({ summary }) => summary.status),
  column<Shown>('what', ({ progress }) => progress?.what),
  column<Shown>('source', ({ summary, progress }) => progress?.source ?? summary.source),
  column<Shown>('target', ({ summary, progress }) => progress?.target ?? summary.target),
  column<Shown>('stage', ({ summary, progress }) => progress?.stage ?? summary.stage),
  column<Shown>('paused', ({ progress }) => progress?.paused),
  column<Shown>('gate', ({ summary, progress }) => progress?.gate?.name ?? summary.gate),
  column<Shown>('question', ({ progress }) => progress?.gate?.question.split('\n')),
  column<Shown>('answers', ({ progress }) => progress?.gate?.answers),
  column<Shown>('counts', ({ progress }) => countsOf(progress)),
  column<Shown>('running', ({ progress }) =>
    progress?.running.map(({ type, name, id, step, since }) => `${type} ${name || id}: ${step}, since ${since}`),
  ),
  column<Shown>('copied_bytes', ({ progress, sentBytes }) => progress && progress.copiedBytes + sentBytes),
  column<Shown>('size_bytes', ({ progress }) => progress?.sizeBytes),
  column<Shown>('failures', ({ progress }) => progress?.failures),
  column<Shown>('notes', ({ progress }) => progress?.notes),
  column<Shown>('misunderstood', ({ progress }) => progress?.misunderstood),
  column<Shown>('started', ({ summary }) => summary.startedAt),
  column<Shown>('ended', ({ summary }) => summary.endedAt),
  column<Shown>('web_ui', ({ url }) => url),
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
      const used = values.format === 'table' ? COLUMNS.filter(({ value }) => hasValue(value(shown))) : COLUMNS;
      await writeRecord(terminal, values.column.length > 0 ? COLUMNS : used, shown, values);
      if (look.progress === undefined) terminal.talk(look.isRunning ? NO_WORKER : noDetails(run.workflowId));
      return 0;
    });
  },
});

function noDetails(workflowId: string): string {
  return `no worker answers for run ${workflowId}: only what Temporal knows is shown`;
}

function hasValue(value: unknown): boolean {
  return value !== undefined && value !== false && cellText(value) !== '';
}

function countsOf(progress: RunProgress | undefined): Readonly<Record<string, string>> | undefined {
  if (progress === undefined) return undefined;
  return Object.fromEntries(Object.entries(progress.counts).map(([type, count]) => [type, countText(count)]));
}
