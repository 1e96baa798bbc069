import { executeChild, isCancellation } from '@temporalio/workflow';
import { reasonOf } from './compensations.ts';
import { HostRun } from './host-run.ts';
import type { RunResult } from './run-report.ts';
import { hostKey, sourceKey, stageKey, targetKey } from './search-attributes.ts';
import { decommissionController, transferHost } from './transfer-host.ts';
import type { TransferHostsRequest, TransferRequest } from './transfer-requests.ts';
import { slidingWindow } from './window.ts';
import { transferId } from './workflow-ids.ts';

/**
 * Takes several machines, each by a run of its own, at most `atOnce` at a time. When one was not taken, none is begun after it: what
 * went wrong there would go wrong again.
 */
export async function transferHosts(request: TransferHostsRequest): Promise<RunResult> {
  const { hosts, atOnce, role, ...shared } = request;
  const run = new HostRun('transfer-hosts', { ...shared, host: hosts.map(({ host }) => host).join(', ') });
  run.enter('take-out');
  const failed: string[] = [];
  const skipped: string[] = [];
  const done: string[] = [];
  try {
    await slidingWindow(hosts, { limit: atOnce, isOpen: () => !run.isPaused }, async ({ host, adminVlan }) => {
      if (failed.length > 0) return void skipped.push(host);
      const its = { ...shared, host, ...(adminVlan === undefined ? {} : { adminVlan }) };
      const end = await takenBy(run, its, role);
      if (end === undefined) done.push(host);
      else failed.push(`${host}: ${end}`);
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    run.end(done.length > 0 ? 'partly' : 'compensated', 'the run was cancelled');
    throw error;
  }
  if (skipped.length > 0) run.note(`not begun, since another was not taken: ${skipped.join(', ')}`);
  if (failed.length === 0) return run.end('done');
  return run.end(done.length > 0 ? 'partly' : 'compensated', failed.join('; '));
}

/** Undefined when it was taken; else how its run ended. */
async function takenBy(
  run: HostRun,
  request: TransferRequest,
  role: TransferHostsRequest['role'],
): Promise<string | undefined> {
  const { source, target, host } = request;
  const workflowId = transferId(role, source, host);
  const take = role === 'controller' ? decommissionController : transferHost;
  try {
    const { outcome, error } = await run.childStep(`take ${host}`, workflowId, () =>
      executeChild(take, {
        workflowId,
        args: [request],
        staticSummary: `Take ${host}: ${source} → ${target}`,
        // A machine in the middle of its transfer is brought to an end by its own run.
        parentClosePolicy: 'ABANDON',
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
        typedSearchAttributes: [
          { key: sourceKey, value: source },
          { key: targetKey, value: target },
          { key: hostKey, value: host },
          { key: stageKey, value: 'preflight' },
        ],
      }),
    );
    return outcome === 'done' ? undefined : `${outcome}${error === undefined ? '' : `: ${error}`}`;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return reasonOf(error);
  }
}
