import type { GateName } from '../../../planning/gates.ts';
import type { OptionSpecs } from '../option.ts';
import { chosenColumns, type OutputSettings } from '../output/settings.ts';
import { type PairChoice, pairOptions } from '../plan/cloud-pair.ts';
import { checkPlanOutput, type PlanOutput, planOutputOptions } from '../plan/show-plan.ts';
import { HOST_COLUMNS } from '../report/host-columns.ts';
import { REPORT_COLUMNS } from '../report/report-columns.ts';
import { UsageError } from '../usage-error.ts';
import { type Signature, signatureOptions } from './signature.ts';

/** Gates of a migration that can be passed beforehand. */
const MIGRATION_GATES = ['plan', 'delete-source'] as const;

export function approveOption<const G extends readonly GateName[]>(gates: G) {
  return { kind: 'choices', choices: gates, describe: 'Pass this gate without being asked' } as const;
}

/** How a run is followed. */
export const followOptions = {
  detach: { kind: 'flag', describe: "Print the run's id and do not wait for its end" },
  'no-wait': { kind: 'flag', describe: 'Do not wait at a gate: say how it is answered, and end with 3' },
  approve: approveOption(MIGRATION_GATES),
  ...signatureOptions,
} as const satisfies OptionSpecs;

/** The values of {@link followOptions}. */
export interface FollowChoice extends Signature {
  readonly detach: boolean;
  readonly 'no-wait': boolean;
  readonly approve: readonly GateName[];
}

/** What every command takes that moves something. */
export const moveOptions = {
  'dry-run': { kind: 'flag', describe: 'Show the plan and change nothing' },
  yes: { kind: 'flag', short: 'y', describe: 'Do not ask before it begins: the same as --approve plan' },
  ...followOptions,
  'keep-source': { kind: 'flag', describe: 'End with the sources stopped and locked, without asking to delete them' },
  strategy: {
    kind: 'choice',
    choices: ['image', 'snapshot'],
    describe: 'How disks on hosts move, instead of what the policy says',
  },
  passwords: { kind: 'text', value: 'FILE', describe: 'Write the passwords of users that are made into this new file' },
  ...pairOptions,
  ...planOutputOptions,
} as const satisfies OptionSpecs;

/** The values of {@link moveOptions}. */
export interface MoveChoice extends FollowChoice, PairChoice, PlanOutput {
  readonly 'dry-run': boolean;
  readonly yes: boolean;
  readonly 'keep-source': boolean;
  readonly strategy: 'image' | 'snapshot' | undefined;
  readonly passwords: string | undefined;
}

export const MOVE_EXCLUSIVE = [
  ['dry-run', 'detach', 'no-wait'],
  ['dry-run', 'keep-source'],
  ['dry-run', 'approve'],
  ['dry-run', 'yes'],
  ['passwords', 'dry-run', 'detach', 'no-wait'],
] as const;

/** Throws a {@link UsageError} for what does not go together. */
export function checkMove(values: MoveChoice): void {
  if (values['dry-run']) {
    checkPlanOutput(values);
    return;
  }
  if (values.long) throw new UsageError('--long goes with --dry-run');
  checkReportOutput(values);
  if (values['keep-source'] && values.approve.includes('delete-source'))
    throw new UsageError('--keep-source and --approve delete-source exclude each other; give one of them');
}

/** A report has no drawing. Which of its columns are there is known with the kind of run. */
export function checkReportOutput({ format, ...values }: PlanOutput): OutputSettings {
  if (format === 'dot' || format === 'mermaid')
    throw new UsageError(`--format ${format} draws a plan: it goes with --dry-run`);
  const settings = { ...values, format };
  checkColumns(settings);
  return settings;
}

function checkColumns(settings: OutputSettings): void {
  const isOfHosts = settings.column.some((key) => HOST_COLUMNS.some((column) => column.key === key));
  if (isOfHosts) chosenColumns(HOST_COLUMNS, settings);
  else chosenColumns(REPORT_COLUMNS, settings);
}
