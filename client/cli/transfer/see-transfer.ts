import type { StartedMigration } from '../../started-migration.ts';
import type { Context, ExitCode } from '../command.ts';
import { seeThrough } from '../moving/see-through.ts';
import type { Connected } from '../moving/temporal.ts';
import type { TransferChoice } from './transfer-choice.ts';

/** Follows the run of one machine; of several, the runs of each as they are begun, one after the other, and then what came of all. */
export async function seeTransfer(
  run: StartedMigration,
  values: TransferChoice,
  connected: Connected,
  context: Context,
): Promise<ExitCode> {
  const shown = { ...values, long: false };
  const { kind } = await run.summary();
  if (kind !== 'transfer-hosts' || values.detach) return seeThrough([run], shown, connected, context);
  const seen = new Set<string>();
  for await (const { isRunning, progress } of run.follow({ signal: context.signal })) {
    for (const { workflowId } of progress?.host?.steps ?? []) {
      if (workflowId === undefined || seen.has(workflowId)) continue;
      seen.add(workflowId);
      const machine = await connected.pumphouse.run(workflowId);
      const code = await seeThrough([machine], shown, connected, context);
      if (code === 3) return code;
    }
    if (!isRunning) break;
  }
  return seeThrough([run], shown, connected, context, 'named');
}
