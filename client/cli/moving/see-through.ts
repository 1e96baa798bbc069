import { RunError } from '../../run-error.ts';
import type { StartedMigration } from '../../started-migration.ts';
import type { Context, ExitCode } from '../command.ts';
import type { OutputSettings } from '../output/settings.ts';
import type { PlanOutput } from '../plan/show-plan.ts';
import { exitCodeOf, resultLines, writeReport } from '../report/write-report.ts';
import { followRun, gateLines, resultOf } from './follow-run.ts';
import { checkReportOutput, type FollowChoice } from './move-options.ts';
import { signed } from './signature.ts';
import type { Connected } from './temporal.ts';

/** Follows runs to their ends one after the other, and reports each; `--detach`: only their ids. `named`: by the person, as runs that are there. */
export async function seeThrough(
  runs: readonly StartedMigration[],
  values: FollowChoice & PlanOutput,
  connected: Connected,
  context: Context,
  how: 'started' | 'named' = 'started',
): Promise<ExitCode> {
  const { terminal } = context;
  for (const { workflowId, joined } of runs) {
    terminal.talk(`run ${workflowId} in Temporal at ${connected.address}`);
    const url = connected.uiUrl(workflowId);
    if (url !== undefined) terminal.talk(`  ${url}`);
    if (joined && how === 'started')
      terminal.talk(
        '  it runs already: this command joins it; --approve answers its gates, other options that it was not started with do not count',
      );
  }
  if (values.detach) {
    for (const { workflowId } of runs) await terminal.write(`${workflowId}\n`);
    return 0;
  }
  const codes: ExitCode[] = [];
  for (const run of runs) codes.push(await seeOneThrough(run, values, runs.length > 1, context));
  // What waits for a person goes before what went wrong: the report of the rest has told that.
  return codes.find((code) => code === 3) ?? codes.find((code) => code !== 0) ?? 0;
}

async function seeOneThrough(
  run: StartedMigration,
  values: FollowChoice & PlanOutput,
  isOneOfMany: boolean,
  context: Context,
): Promise<ExitCode> {
  const { terminal } = context;
  const followed = await followRun(
    run,
    {
      approvals: values.approve,
      answer: signed(values),
      noWait: values['no-wait'],
      ...(isOneOfMany ? { title: run.workflowId } : {}),
    },
    context,
  );
  switch (followed.kind) {
    case 'ended':
      return tellEnd(run, checkReportOutput(values), context, followed.notes);
    case 'at-gate':
      for (const line of gateLines(followed.gate)) terminal.complain(line);
      return 3;
    case 'left':
      terminal.complain(`the run waits; it is seen again with: pump-runs watch ${run.workflowId}`);
      return 3;
    default:
      return followed satisfies never;
  }
}

/** The report and how it ended, of a run that has ended. */
export async function tellEnd(
  run: StartedMigration,
  settings: OutputSettings,
  context: Context,
  toldNotes?: ReadonlySet<string>,
): Promise<ExitCode> {
  const { terminal } = context;
  try {
    await writeReport(await run.report(), settings, terminal);
  } catch (error) {
    // The result is in Temporal itself; what became of each resource only a worker can tell.
    if (!(error instanceof RunError && error.problem === 'no-worker')) throw error;
    terminal.talk(`${error.message}: what became of each resource is told by pump-runs report ${run.workflowId}`);
  }
  const result = await resultOf(run);
  for (const line of resultLines(result, toldNotes)) terminal.talk(line);
  return exitCodeOf(result);
}
