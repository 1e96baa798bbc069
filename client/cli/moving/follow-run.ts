import { WorkflowFailedError } from '@temporalio/client';
import type { GateName } from '../../../workflows/run-messages.ts';
import type { OpenGate, RunResult } from '../../../workflows/run-report.ts';
import { RunError } from '../../run-error.ts';
import type { Answer, StartedMigration } from '../../started-migration.ts';
import type { Context } from '../command.ts';
import { Explained } from '../failure.ts';
import { onAbort } from '../interruption.ts';
import { type ShownProgress, shownProgress } from '../progress/shown-progress.ts';
import { askAtGate } from './gate-question.ts';

export interface Following {
  /** Gates that are passed as soon as the run is there. */
  readonly approvals: readonly GateName[];
  readonly answer: Answer;
  /** Do not wait at a gate. */
  readonly noWait: boolean;
  /** Put in front of each line, where several runs are followed. */
  readonly title?: string;
}

/** How the following ended: the run has ended (and which of its notes were told), it waits and we do not, or the person has something else to do. */
export type Followed =
  | { readonly kind: 'ended'; readonly notes: ReadonlySet<string> }
  | { readonly kind: 'at-gate'; readonly gate: OpenGate }
  | { readonly kind: 'left' };

/**
 * Shows what a run does until it ends. At a gate a person at the terminal is asked; without one the commands that answer it are told, once.
 * Ctrl-C leaves the run alone and says how to come back.
 */
export async function followRun(run: StartedMigration, following: Following, context: Context): Promise<Followed> {
  const { terminal, signal } = context;
  const shown = shownProgress(terminal, following.title);
  const stop = onAbort(signal, () => {
    shown.rest();
    terminal.complain(`the run goes on without this command; it is seen again with: pump-runs watch ${run.workflowId}`);
  });
  try {
    return await untilItEnds(run, following, context, shown);
  } finally {
    stop();
    shown.rest();
  }
}

async function untilItEnds(
  run: StartedMigration,
  following: Following,
  context: Context,
  shown: ShownProgress,
): Promise<Followed> {
  const dealtWith = new Set<string>();
  for await (const look of run.follow({ signal: context.signal })) {
    shown.show(look);
    const gate = look.isRunning ? look.progress?.gate : undefined;
    if (gate === undefined || dealtWith.has(gate.since)) continue;
    // Until the run has heard of the answer the gate still looks open.
    dealtWith.add(gate.since);
    const left = await atGate(run, gate, following, context, shown);
    if (left !== undefined) return left;
  }
  return { kind: 'ended', notes: shown.notes };
}

async function atGate(
  run: StartedMigration,
  gate: OpenGate,
  { approvals, answer, noWait }: Following,
  context: Context,
  shown: ShownProgress,
): Promise<Followed | undefined> {
  const { terminal } = context;
  if (approvals.includes(gate.name)) {
    await unlessAnswered(() => run.approve(answer, gate.name));
    return undefined;
  }
  shown.rest();
  if (noWait) return { kind: 'at-gate', gate };
  if (!terminal.isAttended) {
    for (const line of gateLines(gate)) terminal.complain(line);
    return undefined;
  }
  const verdict = await askAtGate(run, gate, context);
  if (verdict === 'later') return { kind: 'left' };
  if (verdict !== 'elsewhere') await unlessAnswered(() => run[verdict](answer, gate.name));
  return undefined;
}

/** Two that answer at once: the first one counts, and the second sees what comes of it. */
async function unlessAnswered(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof RunError && (error.problem === 'wrong-gate' || error.problem === 'ended'))) throw error;
  }
}

/** What a run asks at a gate, and the commands that answer it. */
export function gateLines({ name, question, answers, until, lapse }: OpenGate): readonly string[] {
  const limit = until === undefined ? '' : ` (at ${until} it counts as answered with ${lapse ?? 'reject'})`;
  return [...`waits at gate ${name}${limit}: ${question}`.split('\n'), ...answers.map((command) => `  ${command}`)];
}

/** The result of a run that has ended; in its own words when it failed. */
export async function resultOf(run: StartedMigration): Promise<RunResult> {
  try {
    return await run.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    let cause: Error = error;
    while (cause.cause instanceof Error) cause = cause.cause;
    throw new Explained(`run ${run.workflowId} has failed: ${cause.message}`);
  }
}
