import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Look, lookAtLab } from './acceptance/lab-look.ts';
import {
  changes,
  judgeTarget,
  leftOver,
  type Moved,
  migrate,
  OBSTACLES,
  rollBack,
  stillRunning,
} from './acceptance/move.ts';
import { type Ended, type Installation, install } from './acceptance/pumphouse-processes.ts';
import { type CloudRecord, lines, record, type Sample, sampling, sweepCloud, type Verdict } from './judge/judge.ts';
import { withZed } from './lab-clouds.ts';

/** The rich one last: it has lent things to its neighbour, who must be there to have them. */
const PLAIN = ['acme-t001', 'acme-t002'];
const RICH = 'acme-t000';
const TENANTS = [...PLAIN, RICH];

const MINUTES = 60_000;

await withZed(() =>
  describe('three tenants of the lab', () => {
    let pumphouse: Installation;
    let look: Look;
    let source: CloudRecord;
    let target: CloudRecord;
    const moved = new Map<string, Moved>();

    const isMoved = (tenant: string) => {
      const found = moved.get(tenant);
      if (found === undefined) throw new Error(`${tenant} was not moved: see the first failure`);
      return found;
    };

    beforeAll(async () => {
      look = await lookAtLab();
      pumphouse = await install();
      source = await record('source', TENANTS);
      target = await record('target', 'all');
      await pumphouse.startWorker();
    }, 5 * MINUTES);

    afterAll(async () => {
      look?.close();
      await pumphouse?.close();
      await sweepCloud('target');
    }, 10 * MINUTES);

    describe('are moved', () => {
      let verdict: Verdict;
      let sampled: Sample;

      beforeAll(async () => {
        const watch = sampling('source', 'target', TENANTS);
        try {
          const plain = await Promise.all(
            PLAIN.map(async (tenant) => [tenant, await migrate(pumphouse, tenant)] as const),
          );
          for (const [tenant, end] of plain) moved.set(tenant, end);
          moved.set(RICH, await migrate(pumphouse, RICH));
        } finally {
          sampled = await watch.end();
        }
        verdict = await judgeTarget(source, pumphouse);
      }, 90 * MINUTES);

      test.each(PLAIN)('%s as a whole', (tenant) => {
        const { code, outcome } = isMoved(tenant);
        expect({ code, outcome }).toEqual({ code: 0, outcome: 'done' });
      });

      test(`${RICH} but for what cannot be moved as it is, and that is named`, () => {
        const { code, outcome, rows } = isMoved(RICH);
        expect({ code, outcome }).toEqual({ code: 1, outcome: 'partly done' });
        const left = rows.filter(({ action, type }) => action === 'conflict' && /^(server|volume)$/.test(type));
        expect(left.map(({ name }) => name).sort()).toEqual([...OBSTACLES.servers, ...OBSTACLES.volumes].sort());
      });

      test('and the judge finds every attribute and every byte', () => {
        expect(lines(verdict.differences)).toEqual([]);
      });

      test('their instances stand still and are locked in the source', async () => {
        const servers = await Promise.all(TENANTS.map((tenant) => look.servers(look.source, tenant)));
        expect(stillRunning(servers.flat())).toEqual([]);
      });

      test('and at no moment did an instance run in both clouds', () => {
        expect(sampled.samples).toBeGreaterThan(10);
        expect(sampled.moments).toEqual([]);
      });

      test('the downtime of each instance that ran is told', () => {
        const told = TENANTS.flatMap((tenant) => isMoved(tenant).rows);
        const ran = Object.values(source.resources.server ?? {}).filter(
          ({ attributes }) => attributes.vm_state === 'active',
        );
        const without = ran.filter(({ name }) => !told.some((one) => one.name === name && (one.downtime_ms ?? 0) > 0));
        expect(without.map(({ name }) => name)).toEqual(
          OBSTACLES.servers.filter((name) => ran.some((one) => one.name === name)),
        );
      });

      test(
        'once more, and there is nothing to do',
        async () => {
          const { code, outcome } = await migrate(pumphouse, 'acme-t001');
          expect({ code, outcome }).toEqual({ code: 0, outcome: expect.stringContaining('nothing to do') });
        },
        2 * MINUTES,
      );
    });

    describe('are rolled back', () => {
      const rollbacks: Ended[] = [];

      beforeAll(async () => {
        for (const tenant of [RICH, ...PLAIN]) {
          isMoved(tenant);
          const ended = await rollBack(pumphouse, tenant);
          rollbacks.push(ended);
          const { code, stderr } = ended;
          if (code !== 0) throw new Error(`rollback of ${tenant} ended with ${code}: ${stderr.slice(-4000)}`);
        }
      }, 60 * MINUTES);

      test('and the source is what it was, disk by disk', async () => {
        expect(lines(await changes(source, pumphouse))).toEqual([]);
      });

      test('and the target is what it was, but for what they name', async () => {
        expect(lines(await leftOver(target, pumphouse, rollbacks))).toEqual([]);
      });
    });
  }),
);
