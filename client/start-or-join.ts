import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';

export interface Start {
  readonly workflowId: string;
  readonly runId: string;
  /** It was there already: what this caller asked for beyond its id was not heard. */
  readonly joined: boolean;
}

/** A run can end between our start and our look at it; twice in a row is no chance any more. */
const TRIES = 3;

/**
 * Starts a run or joins the one of the same id. `USE_EXISTING` would do the same in one call, but does not tell which of the two
 * it did, and an operator must know whether the options that were typed count.
 */
export async function startOrJoin<W extends Workflow>(
  client: Client,
  workflowType: string,
  options: WorkflowStartOptions<W>,
): Promise<Start> {
  const { workflowId } = options;
  for (let tries = 1; ; tries++) {
    try {
      const handle = await client.workflow.start(workflowType, {
        ...(options as WorkflowStartOptions),
        workflowIdConflictPolicy: 'FAIL',
      });
      return { workflowId, runId: handle.firstExecutionRunId, joined: false };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const runId = await runningFirst(client, workflowId);
      if (runId !== undefined) return { workflowId, runId, joined: true };
      if (tries === TRIES) throw error;
    }
  }
}

/** Run id of the first execution of the chain that runs; undefined when none does. */
async function runningFirst(client: Client, workflowId: string): Promise<string | undefined> {
  try {
    const { status, runId, raw } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? (raw.workflowExecutionInfo?.firstRunId ?? runId) : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
