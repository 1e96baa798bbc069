import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Look, lookAtLab, until } from './acceptance/lab-look.ts';
import { changes, judgeTarget, leftOver, type Moved, migrate, rollBack } from './acceptance/move.ts';
import { type Installation, install } from './acceptance/pumphouse-processes.ts';
import { type CloudRecord, lines, record, type Sample, sampling, sweepCloud } from './judge/judge.ts';
import { withZed } from './lab-clouds.ts';

const MINUTES = 60_000;

await withZed(() => {
  let look: Look;
  let target: CloudRecord;

  beforeAll(async () => {
    look = await lookAtLab();
    target = await record('target', 'all');
  }, 2 * MINUTES);

  afterAll(async () => {
    look?.close();
    await sweepCloud('target');
  }, 10 * MINUTES);

  describe('a target whose quota is full when the instances are to boot', () => {
    const TENANT = 'acme-t001';
    let pumphouse: Installation;
    let source: CloudRecord;
    let moved: Moved;

    beforeAll(async () => {
      // The quota that somebody sets meanwhile is to stay.
      pumphouse = await install({ policy: { quota: { select: 'none' } } });
      source = await record('source', [TENANT]);
      await pumphouse.startWorker();
      const moving = migrate(pumphouse, TENANT);
      const project = await until('there was a project', () => look.project(look.target, TENANT), moving);
      await look.target.compute.client.put(`os-quota-sets/${project}`, { quota_set: { instances: 0 } });
      moved = await moving;
    }, 20 * MINUTES);

    afterAll(() => pumphouse?.close(), MINUTES);

    test('is told with the words of the cloud, and the command fails', () => {
      expect(moved.code).toBe(1);
      const servers = moved.rows.filter(({ type }) => type === 'server');
      expect(servers).toHaveLength(2);
      for (const { error } of servers) expect(error).toMatch(/quota/i);
    });

    test('leaves the source as it was: running, unlocked, with its addresses', async () => {
      expect(lines(await changes(source, pumphouse))).toEqual([]);
    });

    test('has no instance of the tenant', async () => {
      expect(await look.servers(look.target, TENANT)).toEqual([]);
    });

    test(
      'has nothing left of it after the rollback but what that names',
      async () => {
        const ended = await rollBack(pumphouse, TENANT);
        const { code, stderr } = ended;
        expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
        expect(lines(await leftOver(target, pumphouse, [ended]))).toEqual([]);
      },
      10 * MINUTES,
    );
  });

  describe('a worker that is killed three times in the middle', () => {
    const TENANT = 'acme-t002';
    let pumphouse: Installation;
    let source: CloudRecord;
    let moved: Moved;
    let sampled: Sample;

    beforeAll(async () => {
      pumphouse = await install();
      source = await record('source', [TENANT]);
      await pumphouse.startWorker();
      const watch = sampling('source', 'target', [TENANT]);
      try {
        const moving = migrate(pumphouse, TENANT);
        const restart = async () => {
          await pumphouse.killWorker();
          await pumphouse.startWorker();
        };
        const some = (found: boolean) => (found ? true : undefined);
        await until('there was a project', () => look.project(look.target, TENANT), moving);
        await restart();
        const isLocked = async () => some((await look.servers(look.source, TENANT)).some(({ locked }) => locked));
        await until('an instance was locked', isLocked, moving);
        await restart();
        const isThere = async () => some((await look.servers(look.target, TENANT)).length > 0);
        await until('the target had an instance', isThere, moving);
        await restart();
        moved = await moving;
      } finally {
        sampled = await watch.end();
      }
    }, 30 * MINUTES);

    afterAll(() => pumphouse?.close(), MINUTES);

    test('changes nothing: the tenant is moved', () => {
      expect({ code: moved.code, outcome: moved.outcome }).toEqual({ code: 0, outcome: 'done' });
    });

    test('doubles nothing and loses nothing, says the judge', async () => {
      const { differences } = await judgeTarget(source, pumphouse);
      expect(lines(differences)).toEqual([]);
    });

    test('lets no instance run in both clouds', () => {
      expect(sampled.moments).toEqual([]);
    });

    test(
      'and all of it can be taken back',
      async () => {
        const ended = await rollBack(pumphouse, TENANT);
        const { code, stderr } = ended;
        expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
        expect(lines(await changes(source, pumphouse))).toEqual([]);
        expect(lines(await leftOver(target, pumphouse, [ended]))).toEqual([]);
      },
      10 * MINUTES,
    );
  });
});
