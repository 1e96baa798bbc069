import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { Payload } from '@temporalio/common';

/** Bytes on their way, as the copying activity's last heartbeat told. */
export interface Transfer {
  /** The run that copies, or a child of it. */
  readonly workflowId: string;
  /** Type of the activity: `copyImage`. */
  readonly activity: string;
  readonly sentBytes: number;
  readonly sizeBytes: number;
}

/** What the pending activities of an execution copy right now. */
export async function transfersOf(
  client: Client,
  { workflowId, raw }: Pick<WorkflowExecutionDescription, 'workflowId' | 'raw'>,
): Promise<readonly Transfer[]> {
  const found = await Promise.all(
    (raw.pendingActivities ?? []).map(async ({ activityType, heartbeatDetails }) => {
      const sizes = await sizesIn(client, heartbeatDetails?.payloads ?? []);
      return sizes === undefined ? [] : [{ workflowId, activity: activityType?.name ?? '', ...sizes }];
    }),
  );
  return found.flat();
}

async function sizesIn(
  client: Client,
  payloads: Payload[],
): Promise<Pick<Transfer, 'sentBytes' | 'sizeBytes'> | undefined> {
  if (payloads.length === 0) return undefined;
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let decoded = payloads;
  for (const codec of payloadCodecs.toReversed()) decoded = await codec.decode(decoded);
  const details = decoded[0] === undefined ? undefined : payloadConverter.fromPayload<unknown>(decoded[0]);
  if (typeof details !== 'object' || details === null) return undefined;
  const { sentBytes, sizeBytes } = details as Partial<Record<keyof Transfer, unknown>>;
  return typeof sentBytes === 'number' && typeof sizeBytes === 'number' ? { sentBytes, sizeBytes } : undefined;
}
