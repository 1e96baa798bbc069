import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lentRoles, type MovingRun, movingRun } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

describe('A role that the mover had in a tenant before', () => {
  let run: MovingRun;
  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 1)));
  }, 60_000);
  afterAll(() => run.close());

  test('is not taken when a run ends there, nor when it is rolled back', async () => {
    const { identity, random } = run.source.state;
    const [mover] = identity.users.where('name', run.source.credentials.username);
    const [member] = identity.roles.where('name', 'member');
    const [project] = identity.projects.where('name', 'acme');
    identity.assignments.add({
      id: random.id32(),
      ...{ actor: 'user', actorId: mover?.id ?? '', target: 'project', targetId: project?.id ?? '' },
      ...{ roleId: member?.id ?? '', inherited: false },
    });
    const own = [`${run.source.name}/${project?.id}`];
    await run.working(async () => {
      await (await run.migrate('acme')).result();
      expect(lentRoles(run)).toEqual(own);
      await (await run.rollback('acme')).result();
    });
    expect(lentRoles(run)).toEqual(own);
  }, 120_000);
});
