import { activityInfo, Context } from '@temporalio/activity';
import {
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { keptAlive } from './keep-alive.ts';

/** A workflow that remembers something for all runs between two clouds. */
export interface Registry {
  /** Its type: it takes no arguments when it is started. */
  readonly workflow: string;
  readonly workflowId: string;
  readonly summary: string;
}

/** By an update, which starts it when it does not run. */
export async function askRegistry<Answer>(
  { workflow, workflowId, summary }: Registry,
  update: string,
  request: object,
): Promise<Answer> {
  const { client, info } = Context.current();
  const startWorkflowOperation = new WithStartWorkflowOperation(workflow, {
    args: [],
    workflowId,
    taskQueue: info.taskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: summary,
  });
  try {
    return await keptAlive(
      () => update,
      () =>
        client.workflow.executeUpdateWithStart<() => Promise<void>, Answer, [object]>(update, {
          args: [request],
          startWorkflowOperation,
        }),
    );
  } catch (error) {
    // It may have ended or continued as new at that moment, or the server was busy: the same request again does no harm.
    if (!isGrpcServiceError(error) && !(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
    throw ApplicationFailure.retryable(`${workflowId} did not answer to ${update}: ${error.message}`, 'registry');
  }
}

/** The workflow that calls. */
export function holder(): string {
  return activityInfo().workflowExecution?.workflowId ?? '';
}
