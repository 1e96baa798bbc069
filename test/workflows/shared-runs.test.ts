import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Population } from '../../simulator/index.ts';
import type { GateName } from '../../workflows/run-messages.ts';
import type { ResourceOutcome, RunProgress, RunReport } from '../../workflows/run-report.ts';
import { everything, lentRoles, type MigrationHandle, type MovingRun, movingRun, portrait } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

type Tenant = NonNullable<Population['tenants']>[number];

/** A tenant with nothing of its own but an instance in what others share with it. */
function sharing(name: string): Tenant {
  return smallTenant(name, 0, {
    users: [{ name: 'sam', roles: ['member', 'auditor'], keypairs: ['key'] }],
    quotas: {},
    securityGroups: [],
    networks: [],
    images: [],
    volumes: [],
    servers: [{ ...smallServer(name, 1), networks: [{ name: 'common' }] }],
  });
}

const POPULATION = smallCloud(
  {
    name: 'landlord',
    networks: [{ name: 'common', shared: true }],
  },
  sharing('acme'),
  sharing('beta'),
);

/** What both of them need, by type and name. */
const SHARED = [
  ...['project landlord', 'user sam', 'role auditor', 'flavor m1.tiny', 'keypair key'],
  ...['network common', 'image cirros'],
] as const;

describe('Two runs that share a user with a keypair, a role, a flavor, a network and an image', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);

  const there = async () => (await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`);
  /** How many of what they share the target has. */
  const shared = async () => {
    const all = await there();
    return SHARED.map((what) => [what, all.filter((each) => each === what).length]);
  };
  const once = SHARED.map((what) => [what, 1]);
  const atGate = async (handle: MigrationHandle, gate: GateName) => {
    for (;;) {
      const seen = await handle.query<RunProgress, []>('progress').catch(() => undefined);
      if (seen?.gate?.name === gate) return;
      if (seen?.stage === 'done') throw new Error(`it has ended before gate ${gate}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const outcomesOf = async (handle: MigrationHandle) =>
    (await handle.query<RunReport, []>('report')).outcomes as readonly ResourceOutcome[];
  const both = async () => {
    const handles = await Promise.all(['acme', 'beta'].map((name) => run.migrate(name, { keepSource: false })));
    await Promise.all(handles.map((handle) => atGate(handle, 'delete-source')));
    return handles as [MigrationHandle, MigrationHandle];
  };

  beforeAll(async () => {
    run = await movingRun(POPULATION);
    before = await look();
  }, 180_000);
  afterAll(() => run.close());

  test('make each once, and say which of them has made it; what one leaves the other keeps, until it is undone too', async () => {
    await run.working(async () => {
      const [acme, beta] = await both();
      expect(await shared()).toEqual(once);
      const [ofAcme, ofBeta] = await Promise.all([outcomesOf(acme), outcomesOf(beta)]);
      for (const what of SHARED) {
        const told = [ofAcme, ofBeta].map((all) => all.find(({ type, name }) => `${type} ${name}` === what));
        expect([what, ...told.map((outcome) => outcome?.outcome)]).toEqual([what, 'done', 'done']);
        expect([what, ...told.map((outcome) => outcome?.action).sort()]).toEqual([what, 'adopt', 'create']);
        const adopted = told.find((outcome) => outcome?.action === 'adopt');
        expect(adopted?.notes).toEqual([expect.stringContaining('another run')]);
      }
      await acme.signal('reject', 'delete-source');
      const { outcome, notes } = await acme.result();
      expect(outcome).toBe('compensated');
      expect(await shared()).toEqual(once);
      expect(await there()).not.toContain('project acme');
      for (const { type, name, action } of ofAcme)
        if (action === 'create' && SHARED.some((what) => what === `${type} ${name}`))
          expect(notes).toContain(`${type} ${name} stays: another run uses it`);
      await beta.signal('reject', 'delete-source');
      expect(await beta.result()).toMatchObject({ outcome: 'compensated' });
    });
    expect(await look()).toEqual(before);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test('leave nothing when both are undone at the same time', async () => {
    await run.working(async () => {
      const handles = await both();
      await Promise.all(handles.map((handle) => handle.signal('reject', 'delete-source')));
      for (const handle of handles) {
        const { outcome, notes } = await handle.result();
        expect(outcome).toBe('compensated');
        expect(notes.filter((note) => note.startsWith('could not'))).toEqual([]);
      }
    });
    expect(await look()).toEqual(before);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test.each([
    ['acme', 'beta'],
    ['beta', 'acme'],
  ])(
    'of which %s ends well keep all that it uses when %s is undone; a rollback then takes it',
    async (kept, undone) => {
      await run.working(async () => {
        const handles = await both();
        const of = (name: string) => handles[name === 'acme' ? 0 : 1];
        await of(kept).signal('skip', 'delete-source');
        expect(await of(kept).result()).toMatchObject({ outcome: 'done', sourcesKept: 1 });
        await of(undone).signal('reject', 'delete-source');
        expect(await of(undone).result()).toMatchObject({ outcome: 'compensated' });
        expect(await shared()).toEqual(once);
        const rest = await there();
        expect(rest).toContain(`server ${kept}-2`);
        expect(rest).not.toContain(`project ${undone}`);
        expect(await (await run.rollback(kept)).result()).toMatchObject({ outcome: 'done' });
      });
      const gone = (await there()).filter((what) => /sam|auditor|key|acme|beta/.test(what));
      expect(gone).toEqual([]);
      expect(lentRoles(run)).toEqual([]);
    },
    240_000,
  );
});
