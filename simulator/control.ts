import Fastify from 'fastify';
import { ZodError } from 'zod';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { faultRuleSchema } from './faults.ts';
import type { SimulatedCloud } from './index.ts';
import type { RequestLog } from './request-log.ts';

export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

interface Controlled {
  readonly clouds: readonly SimulatedCloud[];
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly clock: Clock;
  readonly machines: () => readonly object[];
}

/** A port beside the clouds where faults are set, time is moved and requests are counted. */
export async function listenForControl(
  where: { readonly host: string; readonly port: number },
  { clouds, faults, requests, clock, machines }: Controlled,
): Promise<Control> {
  const app = Fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, _request, reply) => {
    const message =
      error instanceof ZodError ? error.issues.map((i) => `${i.path.join('.')}: ${i.message}`) : String(error);
    return reply.code(400).send({ error: message });
  });
  app.get('/_sim/clouds', () => clouds.map(({ name, authUrl, adminUrl }) => ({ name, authUrl, adminUrl })));
  app.get('/_sim/machines', () => machines());
  app.get('/_sim/faults', () => faults.list());
  app.post('/_sim/faults', (request, reply) => {
    const given = Array.isArray(request.body) ? request.body : [request.body];
    // All are checked before the first is in force.
    const rules = given.map((rule) => faultRuleSchema.parse(rule));
    return reply.code(201).send({ ids: rules.map((rule) => faults.add(rule).id) });
  });
  app.delete('/_sim/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/_sim/faults/:id', (request, reply) => {
    faults.remove(Number(request.params.id));
    return reply.code(204).send();
  });
  app.get('/_sim/requests', () => ({ highWater: requests.highWater, counts: Object.fromEntries(requests.counts) }));
  app.post<{ Body: { ms?: number } }>('/_sim/clock', (request) => {
    clock.advance(Number(request.body?.ms ?? 0));
    return { now: clock.now().toISOString() };
  });
  const url = await app.listen(where);
  return { url, close: () => app.close() };
}
