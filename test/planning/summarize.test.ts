import { describe, expect, test } from '@jest/globals';
import { makePlan } from '../../planning/make-plan.ts';
import { summarize } from '../../planning/summarize.ts';
import type { Observation } from '../../resources/selecting/observation.ts';
import { differing, equal, POLICY, seen, server, surveyOf } from './cloud-builders.ts';

const entriesOf = (observations: readonly Observation[]) => makePlan(surveyOf(observations), POLICY).entries;

describe('the plan as a whole', () => {
  const all = [
    server('server/web', { rootDiskGib: 3 }, { needs: ['port/p'] }),
    seen('router/r'),
    seen('port/p', { needs: ['network/n'] }),
    seen('network/n', { needs: ['project/child'] }),
    seen('project/child', { needs: ['project/top'] }),
    seen('project/top', { found: equal() }),
    seen('volume/v'),
    seen('image/i'),
    seen('quota/child', { needs: ['project/child'] }),
  ];

  test('is in the order of making: parents first, quotas before what they allow, routers after addresses', () => {
    expect(entriesOf(all).map(({ type, name }) => `${type} ${name}`)).toEqual([
      'project top',
      'project child',
      'quota child',
      'network n',
      'port p',
      'router r',
      'image i',
      'volume v',
      'server web',
    ]);
  });

  test('is the same, with the same digest, in whatever order the clouds were read', () => {
    const digest = (items: readonly Observation[]) => summarize(makePlan(surveyOf(items), POLICY)).digest;
    expect(digest([...all].reverse())).toBe(digest(all));
    expect(digest(all)).toMatch(/^[0-9a-f]{16}$/);
    expect(digest(all.slice(1))).not.toBe(digest(all));
  });

  test('is another one when what is found differs in another way, and the same when only a host has changed', () => {
    const digest = (item: Observation) => summarize(makePlan(surveyOf([item]), POLICY)).digest;
    expect(digest(seen('network/n', { found: differing('mtu') }))).not.toBe(
      digest(seen('network/n', { found: differing('tags') })),
    );
    expect(digest(server('server/a', {}, { host: 'c1' }))).toBe(digest(server('server/a', {}, { host: 'c2' })));
  });

  test('counts, and adds up what is to be copied', () => {
    const summary = summarize(makePlan(surveyOf(all), POLICY));
    expect(summary).toMatchObject({
      sizeBytes: 1000 + 2 * 2 ** 30 + 3 * 2 ** 30,
      imageBytes: 1000,
      counts: { project: { create: 1, adopt: 1 }, quota: { update: 1 }, server: { create: 1 } },
      isDone: false,
    });
  });

  test('is done when everything was moved before, and not while something is in conflict', () => {
    const done = [seen('network/a', { found: equal('made') }), seen('role/r', { found: equal() })];
    expect(summarize(makePlan(surveyOf(done), POLICY)).isDone).toBe(true);
    const stuck = [...done, seen('network/b', { found: differing('mtu') })];
    expect(summarize(makePlan(surveyOf(stuck), POLICY)).isDone).toBe(false);
  });

  test('fits into a payload with a thousand conflicts of long values', () => {
    const long = { attribute: 'userData', wanted: 'a'.repeat(6_000), found: 'b'.repeat(6_000) };
    const stuck = Array.from({ length: 1000 }, (_, index) =>
      seen(`network/${index}`, {
        found: { ...equal(), differences: Array.from({ length: 20 }, () => long) },
      }),
    );
    const summary = summarize(makePlan(surveyOf(stuck), POLICY));
    expect(JSON.stringify(summary).length).toBeLessThan(200 * 1024);
    expect(summary.conflicts.length + summary.left.conflicts).toBe(1000);
  });
});
