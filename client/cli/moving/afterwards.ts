import { movePolicy } from '../../../planning/policy-defaults.ts';
import { counted } from '../../../planning/quantities.ts';
import type { StartedMigration } from '../../started-migration.ts';
import type { Context, ExitCode } from '../command.ts';
import { look } from '../look.ts';
import { type CloudPair, cloudPair, type PairChoice } from '../plan/cloud-pair.ts';
import type { PlanOutput } from '../plan/show-plan.ts';
import { printable } from '../terminal.ts';
import { requestFor } from './carry-out.ts';
import { confirmed } from './confirm.ts';
import type { FollowChoice } from './move-options.ts';
import { type MovedInstance, movedInstances } from './moved-instances.ts';
import { seeThrough } from './see-through.ts';
import { signed } from './signature.ts';
import { type Connected, withTemporal } from './temporal.ts';
import { type TenantSelection, tenantSelection } from './tenant-selection.ts';

export interface AfterwardsChoice extends Omit<FollowChoice, 'approve'>, PairChoice, PlanOutput {
  readonly tenant: string;
  readonly 'dry-run': boolean;
  readonly yes: boolean;
}

export type Afterwards = 'finalize' | 'rollback';

/** Ends what a migration has left open: tells what will be done, asks, and does it. */
export async function endMigration(kind: Afterwards, values: AfterwardsChoice, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const pair = cloudPair(values, context);
  const { source, target, configuration } = pair;
  const { named, moved } = await look(source, context, (from) =>
    look(target, context, async (to) => {
      const found = await tenantSelection(from, values.tenant);
      return { named: found, moved: await movedInstances(from, to, found.selection.projectId) };
    }),
  );
  if (values['dry-run']) {
    for (const line of tellWhat(kind, named, moved, pair)) await terminal.write(`${printable(line)}\n`);
    await terminal.flush();
    return 0;
  }
  return withTemporal(configuration.temporal, context, async (connected) => {
    const clouds = { source: source.name, target: target.name };
    const migration = await connected.pumphouse.migrationOf({ ...clouds, selection: named.selection });
    const gate = migration === undefined ? undefined : (await migration.summary()).gate;
    for (const line of tellWhat(kind, named, moved, pair)) terminal.complain(line);
    if (migration !== undefined && gate === undefined) {
      terminal.complain(`${migration.workflowId} still moves it: wait for its end, or end it with: pump-runs cancel`);
      return 1;
    }
    if (!(await confirmed(`${kind} ${named.what}?`, values.yes, context))) {
      terminal.complain('nothing was done');
      return 1;
    }
    const isItsGate = gate !== undefined && (kind === 'rollback' || gate === 'delete-source');
    const run =
      migration !== undefined && isItsGate
        ? await answered(kind, migration, values)
        : await started(kind, named, pair, values, connected);
    return seeThrough([run], { ...values, approve: [] }, connected, context);
  });
}

/** The migration waits for this very answer: no other run is needed. */
async function answered(
  kind: Afterwards,
  migration: StartedMigration,
  values: AfterwardsChoice,
): Promise<StartedMigration> {
  await (kind === 'finalize' ? migration.approve(signed(values), 'delete-source') : migration.reject(signed(values)));
  return migration;
}

function started(
  kind: Afterwards,
  named: TenantSelection,
  { source, target, configuration }: CloudPair,
  values: AfterwardsChoice,
  { pumphouse }: Connected,
): Promise<StartedMigration> {
  const policy = movePolicy(configuration.policy);
  const work = { source: source.name, target: target.name, configuration, policy };
  // Who said yes here is not asked again at the gate.
  const approve = kind === 'finalize' ? (['delete-source'] as const) : [];
  return pumphouse[kind](requestFor(work, named, { ...values, approve }));
}

const NAMES_SHOWN = 10;

function tellWhat(
  kind: Afterwards,
  { what }: TenantSelection,
  moved: readonly MovedInstance[],
  { source, target }: CloudPair,
): readonly string[] {
  const names = moved.slice(0, NAMES_SHOWN).map(({ name, id }) => name || id);
  const more = moved.length > NAMES_SHOWN ? ` and ${moved.length - NAMES_SHOWN} more` : '';
  const count = counted(moved.length, 'instance');
  const list = moved.length === 0 ? '' : `: ${names.join(', ')}${more}`;
  if (kind === 'finalize')
    return moved.length === 0
      ? [`finalize ${what}: nothing to delete in ${source.name}: ${target.name} has no copy of an instance of it`]
      : [
          `finalize ${what}: ${count} of ${source.name} that ${target.name} has a copy of will be deleted${list}`,
          'each copy is looked at once more before; there is no way back afterwards',
        ];
  const rest = `is removed there, with all that was changed since, unless others use it`;
  if (moved.length === 0)
    return [
      `roll back ${what}: ${target.name} has no copy of an instance of it, so there is none to bring back`,
      `what else was moved to ${target.name} for it, if anything, ${rest}`,
    ];
  const [they, copies] = moved.length === 1 ? ['it was', 'its copy'] : ['they were', 'their copies'];
  return [
    `roll back ${what}: ${count} will be brought back in ${source.name}, as ${they} before the move${list}`,
    `what was written on ${copies} in ${target.name} since is lost`,
    `what was moved to ${target.name} for it ${rest}`,
  ];
}
