import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PortAttributes } from '../../resources/network/port.ts';
import type { Population } from '../../simulator/index.ts';
import type { RunReport, RunResult } from '../../workflows/run-report.ts';
import { atGate, everything, lentRoles, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { addGroups, smallServer, smallTenant } from './small-tenant.ts';

type Tenant = NonNullable<Population['tenants']>[number];

/** A tenant that needs nothing of other tenants but a flavor: its instances boot from its own image. */
function tenant(name: string, flavor: string, count: number, change: Partial<Tenant> = {}): Tenant {
  const own = Array.from({ length: count }, (_, index) => ({
    ...smallServer(name, index),
    image: `${name}-golden`,
    flavor,
  }));
  return smallTenant(name, 0, { servers: own, ...change });
}

const POPULATION: Population = {
  publicNetwork: { name: 'public', cidr: '198.18.0.0/16' },
  flavors: [
    { name: 'gamma.tiny', ram: 64, tenants: ['gamma'] },
    { name: 'acme.tiny', ram: 65, tenants: ['acme'] },
    { name: 'both.tiny', ram: 66, tenants: ['acme', 'beta'] },
  ],
  tenants: [
    tenant('gamma', 'gamma.tiny', 1, { domain: 'works' }),
    tenant('beta', 'both.tiny', 1, {
      users: [{ name: 'bob', roles: ['member', 'auditor'], keypairs: ['key'] }],
    }),
    tenant('acme', 'acme.tiny', 2, {
      users: [
        { name: 'acme-ann', roles: ['member', 'auditor', 'acme-operator'], keypairs: ['key', 'spare'] },
        { name: 'bob', roles: ['member'] },
      ],
    }),
  ],
};

describe('A tenant that is rolled back', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);
  const keypairs = () => run.target.state.nova.keyPairs.all().length;
  const moved = async (name: string): Promise<RunResult> => {
    const result = await (await run.migrate(name)).result();
    expect(result).toMatchObject({ outcome: 'done' });
    return result;
  };
  const rolledBack = async (name: string) => (await run.rollback(name)).result();

  beforeAll(async () => {
    run = await movingRun(POPULATION);
    for (const name of ['gamma', 'acme']) addGroups(run.source, name);
  }, 180_000);
  afterAll(() => run.close());

  test('leaves both clouds as they were: its domain, users, groups, keypairs, roles and private flavors go too', async () => {
    before = await look();
    const result = await run.working(async () => {
      await moved('gamma');
      expect(await portrait(run.targetCloud)).not.toEqual(before[1]);
      return rolledBack('gamma');
    });
    expect(result).toMatchObject({ kind: 'rollback', outcome: 'done', notes: [] });
    expect(await look()).toEqual(before);
    expect(keypairs()).toBe(0);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);

  test('a second time is told that there is nothing to do', async () => {
    const result = await run.working(() => rolledBack('gamma'));
    expect(result.outcome).toBe('nothing-to-do');
    expect(result.notes).toEqual([expect.stringContaining('nothing to do')]);
    expect(lentRoles(run)).toEqual([]);
  }, 180_000);

  test('leaves what a tenant that was moved before uses: a user, a role, a private flavor', async () => {
    const result = await run.working(async () => {
      await moved('beta');
      before = await look();
      await moved('acme');
      return rolledBack('acme');
    });
    expect(await look()).toEqual(before);
    expect(result.outcome).toBe('done');
    const target = run.target.name;
    expect([...result.notes].sort()).toEqual([
      `left in ${target}: flavor both.tiny: project beta may use it`,
      `left in ${target}: role auditor: somebody has it`,
      `left in ${target}: user bob: it has a role in project beta`,
    ]);
    expect(keypairs()).toBe(1);
    expect(lentRoles(run)).toEqual([]);
  }, 180_000);

  test('is refused while a migration of it runs, and changes nothing', async () => {
    await run.working(async () => {
      const migration = await run.migrate('acme', { approved: {} });
      await atGate(migration, 'plan');
      for (const kind of ['rollback', 'finalize'] as const) {
        const error = await (await run[kind]('acme')).result().catch((reason: unknown) => reason);
        expect(error).toMatchObject({
          cause: { message: expect.stringContaining(`${migration.workflowId} is at work on tenant acme`) },
        });
      }
      await migration.signal('reject', 'plan');
      await migration.result();
    });
    expect(await look()).toEqual(before);
  }, 180_000);

  test('leaves who has got a role elsewhere since, and what the tenant has made there since', async () => {
    const result = await run.working(async () => {
      await moved('acme');
      const { identity } = run.target.state;
      const [ann] = identity.users.where('name', 'acme-ann');
      const [beta] = identity.projects.where('name', 'beta');
      const [member] = identity.roles.where('name', 'member');
      identity.assignments.add({
        id: run.target.state.random.id32(),
        ...{ actor: 'user', actorId: ann?.id ?? '', target: 'project', targetId: beta?.id ?? '' },
        ...{ roleId: member?.id ?? '', inherited: false },
      });
      return rolledBack('acme');
    });
    expect(result.notes).toContain(`left in ${run.target.name}: user acme-ann, bob: it has a role in project beta`);
    expect(keypairs()).toBe(3);
    const [source, target] = await look();
    expect(source).toEqual(before[0]);
    const added = target?.filter((line) => !before[1]?.includes(line)).map((line) => line.split(' ')[0]);
    expect(added?.sort()).toEqual(['assignment', 'keypair', 'keypair', 'user']);
  }, 240_000);

  test('keeps what it lives on where one of its instances is finalized; the others come back', async () => {
    await run.working(async () => {
      await moved('acme');
      const copies = await servers(run.targetCloud);
      const [kept, back] = ['acme-2', 'acme-1'].map((name) => copies.find((copy) => copy.name === name));
      // What acme-1 alone had goes with it: nobody would write on its volumes any more.
      const gone = new Set([back?.id, ...(back?.attributes.interfaces ?? []).map(({ portId }) => portId)]);
      for (const { id } of back?.attributes.volumes ?? []) gone.add(id);
      for (const id of back?.attributes.floatingIpIds ?? []) gone.add(id);
      const rest = (await everything(run.targetCloud)).filter(({ id }) => !gone.has(id));
      const [finalized] = run.source.state.nova.servers.filter((row) => row.name === 'acme-2');
      run.source.state.nova.servers.remove(finalized?.id ?? '');
      const handle = await run.rollback('acme');
      expect((await handle.result()).outcome).toBe('partly');
      const { outcomes } = await handle.query<RunReport, []>('report');
      const ofServers = outcomes.filter(({ type }) => type === 'server');
      expect(ofServers.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual([
        ...['acme-1 started-again', 'acme-2 left'],
      ]);
      const left = await servers(run.targetCloud);
      expect(left.map(({ name }) => name).sort()).toEqual(['acme-2', 'beta-1']);
      expect(copies).toHaveLength(3);
      const there = (await everything(run.targetCloud)).map(({ type, id }) => `${type} ${id}`);
      for (const { type, id, name, attributes } of rest) {
        const isOfAddress = type === 'port' && (attributes as PortAttributes).deviceOwner === 'network:floatingip';
        if (!isOfAddress && !name.startsWith('disk of ')) expect(there).toContain(`${type} ${id}`);
      }
      for (const id of gone) expect(there.map((item) => item.split(' ')[1])).not.toContain(id);
      expect(rest.some(({ id }) => id === kept?.attributes.interfaces[0]?.portId)).toBe(true);
      const [again] = (await servers(run.sourceCloud)).filter(({ name }) => name === 'acme-1');
      expect(again?.attributes).toMatchObject({ vmState: 'active', locked: false });
    });
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);
});
