import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { movePolicy } from '../../planning/policy-defaults.ts';
import type { ResourceTypeName } from '../../resources/resource-type.ts';
import { type Interference, type MovingRun, movingRun, portrait } from './moving-run.ts';
import { addGroups, smallCloud, smallTenant } from './small-tenant.ts';

/** Everything that is made before the first instance is touched, in its order. */
const TYPES = [
  ...(['domain', 'project', 'role', 'user', 'group', 'assignment', 'quota', 'flavor', 'keypair'] as const),
  ...(['security-group', 'network', 'subnet', 'port', 'floating-ip', 'router', 'image', 'volume'] as const),
  'server-group',
] as const satisfies readonly ResourceTypeName[];

const MAKING: ReadonlySet<string> = new Set(['makeResource', 'updateResource', 'copyImage', 'makeVolume']);

describe('A run whose policy says to give up when something fails', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 1, { domain: 'works' })));
    addGroups(run.source, 'acme');
    before = await look();
  }, 180_000);
  afterAll(() => run.close());

  test.each(TYPES)(
    'at a %s leaves both clouds as they were, without a role for the mover',
    async (type) => {
      let refused = 0;
      const refusing: Interference = (activity, request) => {
        if (!MAKING.has(activity) || request.type !== type) return undefined;
        refused += 1;
        throw ApplicationFailure.nonRetryable('refused by the test', 'forbidden');
      };
      const policy = movePolicy({ [type]: { onError: 'compensate' } });
      const result = await run.working(async () => (await run.migrate('acme', { policy })).result(), refusing);
      expect(refused).toBeGreaterThan(0);
      expect(result).toMatchObject({ outcome: 'compensated' });
      expect(result.error).toContain(`${type} `);
      const isExpected = (note: string) => note.startsWith('undone: ') || note.endsWith('made: refused by the test');
      expect(result.notes.filter((note) => !isExpected(note))).toEqual([]);
      expect(await look()).toEqual(before);
    },
    180_000,
  );
});
