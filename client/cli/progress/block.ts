import { sizeText } from '../../../planning/quantities.ts';
import { RESOURCE_TYPE_NAMES } from '../../../resources/resource-type.ts';
import type { Running, RunProgress } from '../../../workflows/run-report.ts';
import type { PendingActivity } from '../../pending-activities.ts';
import type { RunLook } from '../../started-migration.ts';
import { printable } from '../terminal.ts';
import { durationText } from './amounts.ts';
import { NO_WORKER } from './no-worker.ts';
import { bytesOf, countText } from './run-totals.ts';
import { timeLeftMs } from './time-left.ts';

export interface BlockSettings {
  /** Width of the window. */
  readonly columns: number;
  readonly bytesPerSecond?: number;
  readonly unicode: boolean;
}

/** So many lines each: the block must fit into a small window, or it could not be redrawn. */
const MOST_RUNNING = 8;
const MOST_FAILURES = 3;
const MOST_STEPS = 6;

/** What a run is doing, as lines that fit the window: drawn again at each look. Pure. */
export function progressBlock(look: RunLook, settings: BlockSettings): readonly string[] {
  const { progress } = look;
  const inWindow = (line: string) => shortened(printable(line), settings);
  if (progress === undefined) return [inWindow(NO_WORKER)];
  return [
    headLine(progress, look.atMs, settings),
    ...countLines(progress, settings.columns),
    ...stepLines(progress, look.atMs),
    ...runningLines(progress, look),
    ...waitingLine(progress),
    ...bytesLine(progress, look, settings),
    ...progress.failures.slice(-MOST_FAILURES).map((failure) => `  failed: ${failure}`),
    ...(progress.gate === undefined
      ? []
      : [`  waits at gate ${progress.gate.name}: ${progress.gate.question.split('\n', 1)[0]}`]),
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

/** What is done to a machine: the last steps, and the one under way. */
function stepLines({ host }: RunProgress, nowMs: number): readonly string[] {
  return (host?.steps ?? []).slice(-MOST_STEPS).map(({ name, state, startedAt, endedAt, detail }) => {
    const took = durationText((endedAt === undefined ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt));
    return `  ${state}: ${name}, ${took}${detail === undefined ? '' : `: ${detail}`}`;
  });
}

function runningLines({ running }: RunProgress, { atMs, pending }: RunLook): readonly string[] {
  const lines = running.slice(0, MOST_RUNNING).map((each) => {
    const since = durationText(atMs - Date.parse(each.since));
    return `  ${each.type} ${each.name || each.id}: ${stepText(each, pending)}, ${since}`;
  });
  return running.length <= MOST_RUNNING ? lines : [...lines, `  and ${running.length - MOST_RUNNING} more at work`];
}

/** What is moved by a run of its own is told by what that has under way. */
function stepText({ workflowId, step }: Running, pending: readonly PendingActivity[]): string {
  const own = workflowId === undefined ? undefined : pending.find((each) => each.workflowId === workflowId);
  if (own === undefined) return step;
  const { activity, transfer } = own;
  const words = activity.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return transfer === undefined
    ? words
    : `${words}, ${sizeText(transfer.sentBytes)} of ${sizeText(transfer.sizeBytes)}`;
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
  if (bytes === 0) return sizeBytes === 0 ? [] : [`  to copy: ${sizeText(sizeBytes)} at most, if all disks were full`];
  const isCopying = look.pending.some(({ transfer }) => transfer !== undefined);
  const parts = [
    `${sizeText(bytes)} copied${isCopying && sizeBytes > bytes ? ` of ${sizeText(sizeBytes)} at most` : ''}`,
  ];
  if (isCopying && bytesPerSecond >= 1) {
    parts.push(`${sizeText(Math.round(bytesPerSecond))}/s`);
    const leftMs = timeLeftMs(look, bytesPerSecond);
    if (leftMs !== undefined) parts.push(`at most ${durationText(leftMs)} left at this rate`);
  }
  return [`  ${parts.join(', ')}`];
}

function shortened(line: string, { columns, unicode }: BlockSettings): string {
  const end = unicode ? '…' : '...';
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - end.length))}${end}`;
}
