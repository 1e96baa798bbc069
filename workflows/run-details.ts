import type { PlanSummary } from '../planning/plan.ts';
import { copyText, sizeText } from '../planning/quantities.ts';
import { isRejectedPlan } from '../planning/rejected-plan.ts';
import type { HostProgress, OpenGate, RunOutcome, RunProgress, RunResult } from './run-report.ts';

const TITLES: Readonly<Record<RunProgress['kind'], string>> = {
  'migrate-tenant': 'Move',
  'migrate-resources': 'Move',
  rollback: 'Roll back',
  finalize: 'Finalize',
  'transfer-host': 'Transfer',
  'transfer-hosts': 'Transfer',
  'decommission-controller': 'Decommission',
  'evacuate-host': 'Evacuate',
};

const ENDS: Readonly<Record<RunOutcome, string>> = {
  done: 'done',
  partly: 'partly done',
  compensated: 'undone',
  'nothing-to-do': 'nothing to do',
  left: 'ended by a person, the machine is as below',
};

const SHOWN = 20;

/** A run as an operator reads it in the Web UI: Markdown, the newest state. */
export function runDetails(
  progress: RunProgress,
  plan: PlanSummary | undefined,
  result: RunResult | undefined,
): string {
  const { kind, what, source, target, stage, paused, gate, running, failures, notes, misunderstood } = progress;
  const state = result === undefined ? `stage ${stage}${paused ? ', **paused**' : ''}` : endText(result);
  const where = source === target ? source : `${source} → ${target}`;
  const parts = [`### ${TITLES[kind]} ${what}: ${where}: ${state}`];
  if (result?.error !== undefined) parts.push(`**${result.error}**`);
  if (gate !== undefined) parts.push(...gateLines(gate));
  if (plan !== undefined)
    parts.push(`Plan \`${plan.digest}\`; ${copyText(plan)}; copied until now: ${sizeText(progress.copiedBytes)}`);
  if (progress.host !== undefined) parts.push(...hostLines(progress.host));
  const rows = Object.entries(progress.counts).map(
    ([type, { total, done, failed, skipped }]) => `| ${type} | ${total} | ${done} | ${failed} | ${skipped} |`,
  );
  if (rows.length > 0)
    parts.push(['| type | planned | done | failed | skipped |', '|---|---|---|---|---|', ...rows].join('\n'));
  parts.push(
    ...list(
      'Running now:',
      running.map(({ type, name, id, step }) => `${type} **${name || id}**: ${step}`),
    ),
  );
  parts.push(...list('Failed:', failures));
  parts.push(...list('Answers that were not understood:', misunderstood));
  parts.push(...list('To know:', notes));
  return parts.join('\n\n');
}

function endText(result: RunResult): string {
  return isRejectedPlan(result) ? 'rejected, nothing was changed' : ENDS[result.outcome];
}

function gateLines({ name, question, answers, since, until, lapse }: OpenGate): string[] {
  const limit = until === undefined ? '' : ` At ${until} it counts as answered with ${lapse}.`;
  return [
    `**Waiting at gate \`${name}\` since ${since}.**${limit}`,
    question,
    ['To answer:', ...answers.map((answer) => `- \`${answer}\``)].join('\n'),
  ];
}

function hostLines({ steps, machine }: HostProgress): string[] {
  const rows = steps.map(({ name, state, startedAt, endedAt, detail }) => {
    const took = endedAt === undefined ? '' : `${Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)} s`;
    return `| ${startedAt} | ${name} | ${state} | ${took} | ${(detail ?? '').replaceAll('|', '/').replaceAll('\n', ' ')} |`;
  });
  const facts = Object.entries(machine).map(([what, how]) => `${what}: ${how}`);
  return [
    ...(rows.length === 0 ? [] : [['| begun | step | state | took | |', '|---|---|---|---|---|', ...rows].join('\n')]),
    ...list('The machine, as seen last:', facts),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(-SHOWN).map((item) => `- ${item}`);
  const more = items.length > SHOWN ? [`- … and ${items.length - SHOWN} more`] : [];
  return [[title, ...shown, ...more].join('\n')];
}
