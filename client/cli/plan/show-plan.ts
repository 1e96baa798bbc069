import { stringify as stringifyYaml } from 'yaml';
import type { CloudSettings, Configuration } from '../../../config/index.ts';
import type { Plan } from '../../../planning/make-plan.ts';
import type { PlanSummary } from '../../../planning/plan.ts';
import type { MovePolicy } from '../../../planning/policy.ts';
import { summarize } from '../../../planning/summarize.ts';
import { readPlan } from '../../read-plan.ts';
import type { Context, ExitCode } from '../command.ts';
import { look } from '../look.ts';
import { recordOf, writeList } from '../output/list.ts';
import { chosenColumns, type OutputSettings, outputOptions, refuseColumns } from '../output/settings.ts';
import { tenantNames } from '../tenants.ts';
import { moveSelection, type NamedSelection, type SelectionChoice } from './move-selection.ts';
import { planAsDot, planAsMermaid } from './plan-graph.ts';
import { PLAN_COLUMNS, planRows } from './plan-rows.ts';
import { differenceLines, summaryLine, warningLine } from './plan-text.ts';

const FORMATS = ['table', 'json', 'yaml', 'csv', 'value', 'dot', 'mermaid'] as const;
type PlanFormat = (typeof FORMATS)[number];

/** How a plan is written. */
export const planOutputOptions = {
  long: { kind: 'flag', describe: 'Also what is done already, ids and sizes' },
  ...outputOptions(FORMATS, 'table'),
} as const;

/** The values of {@link planOutputOptions}. */
export interface PlanOutput extends Omit<OutputSettings, 'format'> {
  readonly format: PlanFormat;
  readonly long: boolean;
}

/** Throws a `UsageError` for what does not go together. */
export function checkPlanOutput({ format, ...values }: PlanOutput): void {
  if (format === 'dot' || format === 'mermaid') refuseColumns(format, values);
  else chosenColumns(PLAN_COLUMNS, { ...values, format });
}

export interface PlanToShow {
  readonly source: CloudSettings;
  readonly target: CloudSettings;
  readonly mappings: Configuration['mappings'];
  readonly passwords: Configuration['passwords'];
  readonly policy: MovePolicy;
  /** By names, or found already. */
  readonly choice: SelectionChoice | NamedSelection;
  readonly output: PlanOutput;
}

/**
 * Plans, writes the plan and changes nothing: `plan`, and `--dry-run` of what moves. The exit code is 1 where something is in conflict or
 * would stop a run.
 */
export function showPlan(wish: PlanToShow, context: Context): Promise<ExitCode> {
  return look(wish.source, context, (source) =>
    look(wish.target, context, async (target) => {
      const { mappings, passwords, policy, choice, output } = wish;
      const named = 'selection' in choice ? choice : await moveSelection(source, choice);
      const plan = await readPlan({ source, target, mappings, passwords, policy, selection: named.selection });
      const summary = summarize(plan);
      const names = await tenantNames(source);
      const shown = { ...named, plan, summary, nameOf: (id: string) => names.get(id) ?? id };
      await write(shown, wish, output, context);
      const isBlocked = plan.warnings.some(({ severity }) => severity === 'blocking');
      return isBlocked || plan.entries.some(({ action }) => action === 'conflict') ? 1 : 0;
    }),
  );
}

interface Shown extends NamedSelection {
  readonly plan: Plan;
  readonly summary: PlanSummary;
  readonly nameOf: (projectId: string) => string;
}

async function write(shown: Shown, clouds: PlanToShow, output: PlanOutput, { terminal }: Context): Promise<void> {
  const { plan, summary, nameOf } = shown;
  const { format, long } = output;
  const about = [
    ...plan.warnings.map((warning) => warningLine(warning, terminal)),
    `${summaryLine(plan.entries, summary)}  (digest ${summary.digest})`,
  ];
  switch (format) {
    case 'table':
      await writeList(terminal, PLAN_COLUMNS, planRows(plan, nameOf, long), { ...output, format }, long);
      for (const line of [...differenceLines(plan.entries, terminal), ...about]) await terminal.write(`${line}\n`);
      return;
    case 'csv':
    case 'value':
      await writeList(terminal, PLAN_COLUMNS, planRows(plan, nameOf, true), { ...output, format }, long);
      for (const line of about) terminal.talk(line);
      return;
    case 'json':
      return terminal.write(`${JSON.stringify(dataOf(shown, clouds, output), null, output.noindent ? 0 : 2)}\n`);
    case 'yaml':
      return terminal.write(stringifyYaml(dataOf(shown, clouds, output), { aliasDuplicateObjects: false }));
    case 'dot':
      for (const line of planAsDot(plan)) await terminal.write(line);
      return;
    case 'mermaid':
      for (const line of planAsMermaid(plan)) await terminal.write(line);
      return;
    default:
      return format satisfies never;
  }
}

function dataOf({ plan, summary, what, nameOf }: Shown, { source, target }: PlanToShow, output: PlanOutput): object {
  const columns = chosenColumns(PLAN_COLUMNS, { ...output, format: 'json' });
  return {
    source: source.name,
    target: target.name,
    what,
    digest: summary.digest,
    nothing_to_do: summary.isDone,
    counts: summary.counts,
    size_bytes: summary.sizeBytes,
    image_bytes: summary.imageBytes,
    warnings: plan.warnings,
    entries: planRows(plan, nameOf, true).map((row) => recordOf(columns, row)),
  };
}
