import type { FastifyReply } from 'fastify';
import type { FuelState } from './state.ts';

/** What Nailgun refuses. `shape`: what is sent as bare text even where errors are JSON; `page`: a traceback of 6.0 in HTML. */
export class FuelRefusal extends Error {
  readonly status: number;
  readonly shape: 'usual' | 'text' | 'page';

  constructor(status: number, message: string, shape: FuelRefusal['shape'] = 'usual') {
    super(message);
    this.status = status;
    this.shape = shape;
  }
}

/** Up to 6.0 text that calls itself JSON; later JSON that calls itself HTML. */
export function sendRefusal(
  reply: FastifyReply,
  state: FuelState,
  { status, message, shape }: FuelRefusal,
): FastifyReply {
  if (shape === 'page')
    return reply
      .code(status)
      .type('text/html')
      .send(
        `<!DOCTYPE html><html><head><title>${message}</title></head><body><h1>${message}</h1><pre>Traceback (most recent call last): …</pre></body></html>`,
      );
  if (shape === 'text') return reply.code(status).type('text/plain').send(message);
  if (state.isOld) return reply.code(status).type('application/json').send(message);
  return reply
    .code(status)
    .type('text/html')
    .send(JSON.stringify({ message, errors: [] }));
}

/** 9.2 encodes single objects of nodes and clusters twice. */
export function one(state: FuelState, body: unknown): string {
  const text = JSON.stringify(body);
  return state.isOld ? text : JSON.stringify(text);
}

/** `null`, or what Python prints for it. */
export function nothing(state: FuelState): string {
  return state.isOld ? 'None' : 'null';
}
