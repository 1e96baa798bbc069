import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanSummary } from '../../../planning/plan.ts';
import { counted } from '../../../planning/quantities.ts';
import { RESOURCE_TYPE_NAMES } from '../../../resources/resource-type.ts';
import type { GateVerdict } from '../../../workflows/run-messages.ts';
import type { OpenGate } from '../../../workflows/run-report.ts';
import { takes } from '../../gate-answers.ts';
import type { StartedMigration } from '../../started-migration.ts';
import type { Context } from '../command.ts';

/** `later`: the person has something else to do; `elsewhere`: somebody else has answered meanwhile. */
export type Verdict = GateVerdict | 'later' | 'elsewhere';

const BETWEEN_LOOKS_MS = 2_000;

/** Shows what is to be decided, and asks until an answer is understood, or the gate is closed from elsewhere. */
export async function askAtGate(run: StartedMigration, gate: OpenGate, context: Context): Promise<Verdict> {
  const { terminal, signal } = context;
  if (gate.name === 'plan') await tellPlan(run, context);
  for (const line of `gate ${gate.name}: ${gate.question}`.split('\n')) terminal.complain(line);
  const can = { approve: takes(gate, 'approve'), skip: takes(gate, 'skip'), retry: takes(gate, 'retry') };
  const isPark = gate.name === 'park';
  const words = [
    ...(can.approve ? ['y = approve'] : []),
    ...(takes(gate, 'reject') ? [rejectWords(gate)] : []),
    ...(can.retry ? [isPark ? 'r = try it again' : 'r = try again what was not moved'] : []),
    ...(can.skip ? [isPark ? 's = go on without it' : 'k = keep the sources and end'] : []),
    'l = later',
  ];
  const done = new AbortController();
  const closed = untilClosed(run, gate, AbortSignal.any([done.signal, signal])).then(() => 'elsewhere' as const);
  try {
    for (;;) {
      const asked = terminal.ask(`[${words.join(', ')}]`, AbortSignal.any([done.signal, signal]));
      const answered = asked.then((typed) => (typed === undefined ? 'later' : understood(typed, can)));
      // Who is not asked any more does not answer.
      answered.catch(() => undefined);
      const verdict = await Promise.race([answered, closed]);
      if (verdict === 'elsewhere') terminal.complain(`\ngate ${gate.name} was answered elsewhere`.trim());
      if (verdict !== undefined) return verdict;
    }
  } finally {
    done.abort();
    await closed.catch(() => undefined);
  }
}

/** What it comes to stands in the question where it is not the same at each gate. */
function rejectWords({ name }: OpenGate): string {
  if (name === 'park') return 'n = reject';
  return name === 'plan' ? 'n = reject and end' : 'n = reject and undo';
}

/** Undefined when it is none of the words. */
export function understood(
  typed: string,
  can: { readonly approve: boolean; readonly skip: boolean; readonly retry: boolean },
): Verdict | undefined {
  const word = typed.toLowerCase();
  if (can.approve && ['y', 'yes', 'approve'].includes(word)) return 'approve';
  if (['n', 'no', 'reject'].includes(word)) return 'reject';
  if (can.retry && ['r', 'retry'].includes(word)) return 'retry';
  if (can.skip && ['k', 'keep', 's', 'skip'].includes(word)) return 'skip';
  if (['l', 'later', 'q', 'quit'].includes(word)) return 'later';
  return undefined;
}

async function untilClosed(run: StartedMigration, gate: OpenGate, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => undefined);
    const { gate: open } = await run.summary().catch(() => ({ gate: gate.name as string | undefined }));
    if (!signal.aborted && open !== gate.name) return;
  }
}

async function tellPlan(run: StartedMigration, { terminal }: Context): Promise<void> {
  const plan = await run.plan().catch(() => undefined);
  for (const line of plan === undefined ? [] : planLines(plan)) terminal.complain(line);
}

/** `server: 6 to create`, a line each type. What is in conflict and what is warned of is in the gate's own question. */
export function planLines({ counts, done = {} }: Pick<PlanSummary, 'counts' | 'done'>): readonly string[] {
  return RESOURCE_TYPE_NAMES.flatMap((type) => {
    const { skip = 0, conflict = 0, ...rest } = counts[type] ?? {};
    const isThere = done[type] ?? 0;
    const parts = [
      ...Object.entries(rest).map(([action, count]) => `${count} to ${action}`),
      ...(isThere === 0 ? [] : [`${isThere} done already`]),
      ...(skip === isThere ? [] : [`${skip - isThere} skipped`]),
      ...(conflict === 0 ? [] : [counted(conflict, 'conflict')]),
    ];
    return parts.length === 0 ? [] : [`  ${type}: ${parts.join(', ')}`];
  });
}
