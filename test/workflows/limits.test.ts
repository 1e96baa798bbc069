import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { RunResult } from '../../workflows/run-report.ts';
import { type Interference, type MovingRun, movingRun } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

const SERVERS = 9;
const IMAGES = 4;
const LIMITS = { server: 4, host: 2, image: 2, port: 3, keypair: 1 } as const;

/** How many there are at once, and how many there ever were. */
class Gauge {
  readonly #now = new Map<string, Set<string>>();
  readonly highest = new Map<string, number>();

  enter(room: string, who: string): void {
    const inside = this.#now.get(room) ?? new Set();
    inside.add(who);
    this.#now.set(room, inside);
    this.highest.set(room, Math.max(this.highest.get(room) ?? 0, inside.size));
  }

  leave(room: string, who: string): void {
    this.#now.get(room)?.delete(who);
  }
}

describe('A run with limits', () => {
  let run: MovingRun;
  let result: RunResult;
  const gauge = new Gauge();
  const hostOf = (id: string) => run.source.state.nova.servers.get(id)?.host ?? '';

  /** An instance is under way from the first look at it until it was verified. */
  const counting: Interference = (activity, request) => {
    const id = String(request.id);
    if (activity === 'inspectServer') {
      gauge.enter('server', id);
      gauge.enter(`host ${hostOf(id)}`, id);
    }
    if (activity === 'verifyResource' && request.withConditions === true)
      return () => {
        gauge.leave('server', id);
        gauge.leave(`host ${hostOf(id)}`, id);
      };
    if (activity !== 'copyImage' && activity !== 'makeResource') return undefined;
    const type = String(request.type);
    gauge.enter(type, id);
    return () => gauge.leave(type, id);
  };

  beforeAll(async () => {
    const servers = Array.from({ length: SERVERS }, (_, index) => smallServer('acme', index));
    const images = Array.from({ length: IMAGES }, (_, index) => ({ name: `golden-${index}`, sizeBytes: 4_096 }));
    const users = [{ name: 'acme-ann', keypairs: ['key', 'other', 'third'] }];
    run = await movingRun(smallCloud(smallTenant('acme', 0, { servers, images, users })));
    const { nova } = run.source.state;
    const [many, few] = nova.hypervisors.all().map(({ host }) => host);
    // Most are on one host, which must not hold up those on the other.
    for (const [index, server] of nova.servers.all().entries())
      nova.servers.change(server, { host: (index % 3 === 2 ? few : many) ?? null });
    const policy = movePolicy({
      server: { concurrency: LIMITS.server, perHost: LIMITS.host },
      image: { concurrency: LIMITS.image },
      port: { concurrency: LIMITS.port },
      keypair: { concurrency: LIMITS.keypair },
    });
    result = await run.working(async () => (await run.migrate('acme', { policy })).result(), counting);
  }, 240_000);
  afterAll(() => run.close());

  test('moves everything', () => {
    expect(result).toMatchObject({ outcome: 'done', counts: { server: { done: SERVERS } } });
  });

  test('has as many instances under way as it may, and never more, in all and away from each host', () => {
    expect(gauge.highest.get('server')).toBe(LIMITS.server);
    const hosts = [...gauge.highest].filter(([room]) => room.startsWith('host '));
    expect(hosts.map(([, highest]) => highest)).toEqual([LIMITS.host, LIMITS.host]);
  });

  test.each(['image', 'keypair'] as const)('makes as many of type %s at once as it may, and never more', (type) => {
    expect(gauge.highest.get(type)).toBe(LIMITS[type]);
  });

  test('reserves as many ports at once as it may, and those of the instances under way', () => {
    expect(gauge.highest.get('port')).toBeGreaterThanOrEqual(LIMITS.port);
    expect(gauge.highest.get('port')).toBeLessThanOrEqual(Math.max(LIMITS.port, LIMITS.server));
  });
});
