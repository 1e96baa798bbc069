import type { PlanSummary } from '../planning/plan.ts';
import { copyText, counted } from '../planning/quantities.ts';
import type { MigrationRun } from './migration-run.ts';

const SHOWN = 10;

/** What is asked at the gate `plan`: the plan in a few lines. */
export function planQuestion(plan: PlanSummary): string {
  const { digest, counts, warnings, conflicts, left } = plan;
  const sums = new Map<string, number>();
  for (const actions of Object.values(counts))
    for (const [action, count] of Object.entries(actions)) sums.set(action, (sums.get(action) ?? 0) + count);
  const what = [...sums].map(([action, count]) => `${count} to ${action}`).join(', ');
  const lines = [`Plan \`${digest}\`: ${what}; ${copyText(plan)}.`];
  for (const { severity, text } of warnings.slice(0, SHOWN)) lines.push(`- ${severity}: ${text}`);
  for (const { type, name, id, reason } of conflicts.slice(0, SHOWN))
    lines.push(`- conflict: ${type} ${name || id}: ${reason}`);
  const more = left.warnings + left.conflicts + excess(warnings.length) + excess(conflicts.length);
  if (more > 0)
    lines.push(
      `- and ${counted(more, 'more warning or conflict', 'more warnings and conflicts')}: see the query \`plan\``,
    );
  return lines.join('\n');
}

/** What is asked at the gate `delete-source`: how things stand, and what each answer comes to. */
export function deleteQuestion(run: MigrationRun): string {
  const { sourcesKept, kind } = run;
  const { source, target } = run.request;
  const isOne = sourcesKept === 1;
  const [runs, are, them, copies] = isOne ? ['runs', 'it is', 'it', 'copy'] : ['run', 'they are', 'them', 'copies'];
  const failed = run.outcomes.hasFailures ? ' Not everything was moved: look at the report first.' : '';
  const stands = `${counted(sourcesKept, 'instance')} ${runs} in ${target} now; in ${source} ${are} stopped and locked.${failed}`;
  const approve = `- approve: delete ${them} in ${source}, for good`;
  if (kind === 'finalize') return [stands, approve, '- reject: delete nothing, and end'].join('\n');
  return [
    stands,
    approve,
    `- reject: bring ${them} back in ${source}, and remove the ${copies} and what the run has made`,
    `- skip: keep ${them} in ${source} as ${are}, and end`,
    ...(run.outcomes.hasFailures ? ['- retry: move what was not moved'] : []),
  ].join('\n');
}

function excess(count: number): number {
  return Math.max(0, count - SHOWN);
}
