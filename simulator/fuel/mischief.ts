import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultEffect, Faults } from '../faults.ts';
import { sendTruncated } from '../http/mischief.ts';
import { FuelRefusal, sendRefusal } from './answers.ts';
import type { Tokens } from './identity.ts';
import type { FuelState } from './state.ts';

/** Faults of the site reach Fuel too: rules with `service: 'fuel'`, and those of no service whose path matches. Tokens are asked for as well. */
export function addMischief(app: FastifyInstance, state: FuelState, faults: Faults, tokens: Tokens): void {
  const struck = new WeakMap<FastifyRequest, FaultEffect>();
  app.addHook('preHandler', async (request, reply) => {
    const { method, originalUrl: url } = request;
    const fault = faults.strike({ cloud: 'fuel', service: 'fuel', method, url });
    if (fault === undefined) return undefined;
    struck.set(request, fault);
    await before(fault, request, reply, state, tokens);
    return reply.sent ? reply : undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const fault = struck.get(request);
    if (fault?.kind === 'reset') reply.raw.socket?.resetAndDestroy();
    else if (fault?.kind === 'truncated-body') truncate(reply, String(payload ?? ''));
    else if (fault?.kind !== 'hang') return payload;
    return never();
  });
}

async function before(
  fault: FaultEffect,
  request: FastifyRequest,
  reply: FastifyReply,
  state: FuelState,
  tokens: Tokens,
): Promise<void> {
  switch (fault.kind) {
    case 'delay':
      await sleep(fault.delayMs);
      return;
    case 'reset':
      if (fault.afterwards) return;
      reply.raw.socket?.resetAndDestroy();
      return never();
    case 'hang':
      return fault.afterwards ? undefined : never();
    case 'expired-token':
      tokens.delete(String(request.headers['x-auth-token'] ?? ''));
      return;
    case 'status':
      if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', fault.retryAfterSeconds);
      if (fault.body === undefined) sendRefusal(reply, state, new FuelRefusal(fault.status, 'Injected by pump-sim.'));
      else if (typeof fault.body === 'string') reply.code(fault.status).type('text/html').send(fault.body);
      else reply.code(fault.status).type('application/json').send(JSON.stringify(fault.body));
      return;
    case 'truncated-body':
    case 'corrupted-body':
      return;
    default:
      return fault satisfies never;
  }
}

/** Half of what was announced. */
function truncate({ raw, statusCode }: FastifyReply, text: string): void {
  const payload = Buffer.from(text);
  raw.writeHead(statusCode, { 'content-type': 'application/json', 'content-length': payload.length });
  sendTruncated(raw, payload);
}

/** Nothing more is sent; the connection ends with the client, or with the server. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
