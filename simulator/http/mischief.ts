import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultEffect } from '../faults.ts';
import { revokeToken } from '../tokens.ts';
import type { Call } from './call.ts';

/** What a fault does before the request is carried out; `answered` when there will be no answer of ours. */
export async function breakBefore(
  fault: FaultEffect,
  raw: ServerResponse,
  call: Call,
): Promise<'answered' | 'goes on'> {
  switch (fault.kind) {
    case 'delay':
      await sleep(fault.delayMs);
      return raw.destroyed ? 'answered' : 'goes on';
    case 'reset':
      if (fault.afterwards) return 'goes on';
      raw.socket?.resetAndDestroy();
      return 'answered';
    case 'hang':
      return fault.afterwards ? 'goes on' : 'answered';
    case 'expired-token':
      endToken(call);
      return 'goes on';
    case 'status':
    case 'truncated-body':
    case 'corrupted-body':
      return 'goes on';
    default:
      return fault satisfies never;
  }
}

/** Half of the bytes that were announced, then the connection ends. */
export function sendTruncated(raw: ServerResponse, body: Buffer | Readable): void {
  if (Buffer.isBuffer(body)) {
    raw.write(body.subarray(0, Math.floor(body.length / 2)), () => raw.destroy());
    return;
  }
  body.once('data', (chunk: Buffer) => {
    body.destroy();
    raw.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => raw.destroy());
  });
}

/** The same bytes but for the last. */
export async function* corrupted(body: Readable): AsyncGenerator<Buffer> {
  let held: Buffer | undefined;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (held === undefined || held.length === 0) return;
  const last = held.readUInt8(held.length - 1);
  const wrong = Buffer.from(held);
  wrong.writeUInt8(last ^ 1, held.length - 1);
  yield wrong;
}

function endToken(call: Call): void {
  const id = call.headers['x-auth-token'];
  if (typeof id === 'string') revokeToken(call.cloud, id);
}
