import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { Payload } from '@temporalio/common';

/** Bytes on their way, as the last heartbeat of who copies told. */
export interface Transfer {
  readonly sentBytes: number;
  readonly sizeBytes: number;
}

/** An activity that is at work, or waits for another try. */
export interface PendingActivity {
  /** The run that it works for, or a child of it. */
  readonly workflowId: string;
  /** Its type: `copyImage`. */
  readonly activity: string;
  /** Of one that copies. */
  readonly transfer?: Transfer;
}

/** What an execution has under way right now. */
export async function pendingActivitiesOf(
  client: Client,
  { workflowId, raw }: Pick<WorkflowExecutionDescription, 'workflowId' | 'raw'>,
): Promise<readonly PendingActivity[]> {
  return Promise.all(
    (raw.pendingActivities ?? []).map(async ({ activityType, heartbeatDetails }) => {
      const transfer = await transferIn(client, heartbeatDetails?.payloads ?? []);
      return { workflowId, activity: activityType?.name ?? '', ...(transfer === undefined ? {} : { transfer }) };
    }),
  );
}

async function transferIn(client: Client, payloads: Payload[]): Promise<Transfer | undefined> {
  if (payloads.length === 0) return undefined;
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let decoded = payloads;
  for (const codec of payloadCodecs.toReversed()) decoded = await codec.decode(decoded);
  const details = decoded[0] === undefined ? undefined : payloadConverter.fromPayload<unknown>(decoded[0]);
  if (typeof details !== 'object' || details === null) return undefined;
  const { sentBytes, sizeBytes } = details as Partial<Record<keyof Transfer, unknown>>;
  return typeof sentBytes === 'number' && typeof sizeBytes === 'number' ? { sentBytes, sizeBytes } : undefined;
}
