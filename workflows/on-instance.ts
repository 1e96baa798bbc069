import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, executeChild } from '@temporalio/workflow';
import type { MovedServer } from '../activities/moved-activities.ts';
import type { EndInstanceRequest } from './end-instance.ts';
import type { MigrationRun } from './migration-run.ts';
import { resourceKey, sourceKey, targetKey } from './search-attributes.ts';
import { instanceId } from './workflow-ids.ts';

/** Does something to an instance that was moved, in a run of its own; fails when another run is at it. */
export async function onInstance<Result>(
  run: MigrationRun,
  moved: EndInstanceRequest['moved'] & Pick<MovedServer, 'run'>,
  work: (request: EndInstanceRequest) => Promise<Result>,
  step: string,
): Promise<Result> {
  const { source, target } = run.move;
  const { id, name } = moved;
  const workflowId = instanceId(source, target, id);
  run.outcomes.begin({ type: 'server', id, name }, step, workflowId);
  try {
    return await executeChild(work, {
      workflowId,
      args: [
        { move: { source, target, run: moved.run }, moved, stopTimeoutMs: run.request.policy.server.stopTimeoutMs },
      ],
      staticSummary: `${name || id}: ${step}`,
      // What has begun is brought to its end, whatever becomes of the run.
      parentClosePolicy: 'ABANDON',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      typedSearchAttributes: [
        { key: sourceKey, value: source },
        { key: targetKey, value: target },
        { key: resourceKey, value: `server/${id}` },
      ],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw ApplicationFailure.nonRetryable(`another run is at work on it: ${workflowId}`, 'busy');
  }
}
