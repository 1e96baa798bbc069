import { actionsText } from '../planning/actions-text.ts';
import type { PlanSummary } from '../planning/plan.ts';
import { copyText, counted } from '../planning/quantities.ts';
import type { MigrationRun } from './migration-run.ts';

const SHOWN = 10;

/** What is asked at the gate `plan`: the plan in a few lines. */
export function planQuestion(plan: PlanSummary): string {
  const { digest, counts, done = {}, warnings, conflicts, left } = plan;
  const lines = [`Plan \`${digest}\`: ${actionsText(Object.values(counts), sumOf(done))}; ${copyText(plan)}.`];
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
  const [be, they, them, copies] = isOne ? ['is', 'it', 'it', 'copy'] : ['are', 'they', 'them', 'copies'];
  const failed = run.outcomes.hasFailures ? ' Not everything was moved: look at the report first.' : '';
  const stands = `${counted(sourcesKept, 'instance')} ${be} in ${target} now; in ${source} ${they} ${be} stopped and locked.${failed}`;
  const approve = `- approve: delete ${them} in ${source}, for good`;
  if (kind === 'finalize') return [stands, approve, '- reject: delete nothing, and end'].join('\n');
  return [
    stands,
    approve,
    `- reject: bring ${them} back in ${source}, and remove the ${copies} and what the run has made; what was written there since is lost`,
    `- skip: keep ${them} in ${source} as ${they} ${be}, and end; a later rollback loses what was written on the ${copies} until then`,
    ...(run.outcomes.hasFailures ? ['- retry: move what was not moved'] : []),
  ].join('\n');
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function excess(count: number): number {
  return Math.max(0, count - SHOWN);
}
