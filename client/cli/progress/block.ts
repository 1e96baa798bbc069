import { RESOURCE_TYPE_NAMES } from '../../../resources/resource-type.ts';
import type { Running, RunProgress } from '../../../workflows/run-report.ts';
import type { RunLook } from '../../started-migration.ts';
import type { Transfer } from '../../transfers.ts';
import { sizeText } from '../plan/plan-text.ts';
import { printable } from '../terminal.ts';
import { durationText } from './amounts.ts';
import { NO_WORKER } from './no-worker.ts';
import { bytesOf, countText } from './run-totals.ts';

export interface BlockSettings {
  /** Width of the window. */
  readonly columns: number;
  readonly bytesPerSecond?: number;
  readonly unicode: boolean;
}

/** So many lines each: the block must fit into a small window, or it could not be redrawn. */
const MOST_RUNNING = 8;
const MOST_FAILURES = 3;

/** What a run is doing, as lines that fit the window: drawn again at each look. Pure. */
export function progressBlock(look: RunLook, settings: BlockSettings): readonly string[] {
  const { progress } = look;
  const inWindow = (line: string) => shortened(printable(line), settings);
  if (progress === undefined) return [inWindow(NO_WORKER)];
  return [
    headLine(progress, look.atMs, settings),
    ...countLines(progress, settings.columns),
    ...runningLines(progress, look),
    ...waitingLine(progress),
    ...bytesLine(progress, look, settings),
    ...progress.failures.slice(-MOST_FAILURES).map((failure) => `  failed: ${failure}`),
    ...(progress.gate === undefined ? [] : [`  waits at gate ${progress.gate.name}: ${progress.gate.question}`]),
  ].map(inWindow);
}

function headLine(
  { what, source, target, stage, startedAt, paused }: RunProgress,
  nowMs: number,
  { unicode }: BlockSettings,
) {
  const since = durationText(nowMs - Date.parse(startedAt));
  return `${what}, ${source} ${unicode ? '→' : '->'} ${target}: ${stage}${paused ? ' (paused)' : ''}, ${since}`;
}

/** `project 1/1  network 2/2  server 3/6, 1 failed`, over as many lines as it takes. */
function countLines({ counts }: RunProgress, columns: number): readonly string[] {
  const words = RESOURCE_TYPE_NAMES.flatMap((type) => {
    const count = counts[type];
    return count === undefined || count.total === 0 ? [] : [`${type} ${countText(count)}`];
  });
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 3 + word.length > columns) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last}   ${word}`;
  }
  return lines;
}

function runningLines({ running }: RunProgress, { atMs, transfers }: RunLook): readonly string[] {
  const lines = running.slice(0, MOST_RUNNING).map((each) => {
    const since = durationText(atMs - Date.parse(each.since));
    return `  ${each.type} ${each.name || each.id}: ${each.step}${sentText(each, transfers)}, ${since}`;
  });
  return running.length <= MOST_RUNNING ? lines : [...lines, `  and ${running.length - MOST_RUNNING} more at work`];
}

function sentText({ workflowId }: Running, transfers: readonly Transfer[]): string {
  const own = workflowId === undefined ? undefined : transfers.find((each) => each.workflowId === workflowId);
  return own === undefined ? '' : ` (${sizeText(own.sentBytes)} of ${sizeText(own.sizeBytes)})`;
}

function waitingLine({ counts, running }: RunProgress): readonly string[] {
  const waiting = RESOURCE_TYPE_NAMES.flatMap((type) => {
    const { total = 0, done = 0, failed = 0, skipped = 0 } = counts[type] ?? {};
    const left = total - done - failed - skipped - running.filter((each) => each.type === type).length;
    return left > 0 ? [`${left} ${type}`] : [];
  });
  return waiting.length === 0 ? [] : [`  waiting: ${waiting.join(', ')}`];
}

function bytesLine(progress: RunProgress, look: RunLook, { bytesPerSecond = 0 }: BlockSettings): readonly string[] {
  const bytes = bytesOf(look);
  const { sizeBytes } = progress;
  if (sizeBytes === 0 && bytes === 0) return [];
  const parts = [
    sizeBytes > bytes ? `${sizeText(bytes)} of ${sizeText(sizeBytes)} copied` : `${sizeText(bytes)} copied`,
  ];
  // What is to be copied is an upper bound, so the time is one too.
  if (bytesPerSecond >= 1) {
    parts.push(`${sizeText(Math.round(bytesPerSecond))}/s`);
    if (sizeBytes > bytes) parts.push(`at most ${durationText(((sizeBytes - bytes) * 1000) / bytesPerSecond)} left`);
  }
  return [`  ${parts.join(', ')}`];
}

function shortened(line: string, { columns, unicode }: BlockSettings): string {
  const end = unicode ? '…' : '...';
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - end.length))}${end}`;
}
