import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedCloud } from '../../simulator/index.ts';
import type { RunResult } from '../../workflows/run-report.ts';
import { atGate, everything, lentRoles, type MovingRun, movingRun } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

const row = ({ state }: SimulatedCloud, name: string) => {
  const found = state.nova.servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
};

/** Moves the tenant, lets something happen while the gate `delete-source` is open, and rejects there. */
async function rejected(run: MovingRun, meanwhile: () => void): Promise<RunResult> {
  return run.working(async () => {
    const migration = await run.migrate('acme', { approved: { plan: { by: 'the test' } }, keepSource: false });
    await atGate(migration, 'delete-source');
    meanwhile();
    await migration.signal('reject', { gate: 'delete-source', by: 'the test' });
    return migration.result();
  });
}

describe('A move rejected at delete-source after the tenant has worked on in the target', () => {
  let run: MovingRun;
  let result: RunResult;
  let there: readonly string[];

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 2)));
    result = await rejected(run, () => {
      const { source, target } = run;
      const [spare] = source.state.cinder.volumes.filter(({ name }) => name === 'spare');
      source.state.cinder.volumes.remove(spare!.id);
      const gone = row(target, 'acme-2');
      const { nova, neutron, random } = target.state;
      const [port] = neutron.ports.where('device', gone.id);
      nova.servers.remove(gone.id);
      neutron.ports.change(port!, { device_id: '', device_owner: '' });
      const extra = nova.servers.add({ ...gone, id: random.uuid(), name: 'extra', metadata: {}, tags: [] });
      const fixed = port!.fixed_ips.map((ip) => ({ ...ip, ip_address: ip.ip_address.replace(/\d+$/, '222') }));
      const own = { id: random.uuid(), mac_address: 'fa:16:3e:00:00:de', device_id: extra.id, fixed_ips: fixed };
      neutron.ports.add({ ...port!, ...own, device_owner: 'compute:nova', tags: [], description: '', name: 'own' });
    });
    there = (await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`);
  }, 240_000);
  afterAll(() => run.close());

  test('has its instances at work in the source again, also the one whose copy somebody has removed', () => {
    for (const name of ['acme-1', 'acme-2'])
      expect(row(run.source, name)).toMatchObject({ vmState: 'active', lockedBy: null });
    expect(there).not.toContain('server acme-1');
  });

  test('keeps what the tenant works with there, and what the source has lost', () => {
    for (const item of ['server extra', 'network acme-net', 'router acme-router', 'user acme-ann', 'volume spare'])
      expect(there).toContain(item);
    expect(there.filter((item) => /^(keypair|flavor) /.test(item))).not.toEqual([]);
    expect(there).not.toContain('volume data');
  });

  test('is told to be done in part, with what is in the way', () => {
    expect(result.outcome).toBe('partly');
    const stays = `what the run has made stays in ${run.target.name}: `;
    expect(result.notes).toContain(`${stays}instance extra is there`);
    expect(result.notes).toContain(`${stays}${run.source.name} does not have volume spare any more`);
    expect(lentRoles(run)).toEqual([]);
  });
});

describe('A move rejected at delete-source whose user and flavor others have come to use', () => {
  let run: MovingRun;
  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 1)));
  }, 180_000);
  afterAll(() => run.close());

  test('leaves those, and removes the rest', async () => {
    const result = await rejected(run, () => {
      const { identity, nova, random } = run.target.state;
      const [user] = identity.users.where('name', 'acme-ann');
      const [role] = identity.roles.where('name', 'member');
      const other = identity.projects.add({
        ...identity.projects.where('name', 'acme')[0]!,
        ...{ id: random.id32(), name: 'other', tags: [], description: '' },
      });
      identity.assignments.add({
        ...{ id: random.id32(), actor: 'user', actorId: user!.id, target: 'project', targetId: other.id },
        ...{ roleId: role!.id, inherited: false },
      });
      const copy = row(run.target, 'acme-1');
      nova.servers.add({
        ...copy,
        id: random.uuid(),
        name: 'others',
        projectId: other.id,
        imageId: null,
        metadata: {},
        tags: [],
      });
    });
    expect(result.outcome).toBe('partly');
    expect(result.notes.join('\n')).toContain('user acme-ann: it has a role in project other');
    expect(result.notes.join('\n')).toContain('flavor m1.tiny: server others has it');
    const there = (await everything(run.targetCloud)).map(({ type, name }) => `${type} ${name}`);
    for (const item of ['user acme-ann', 'flavor m1.tiny', 'server others']) expect(there).toContain(item);
    for (const item of ['project acme', 'network acme-net', 'server acme-1', 'volume data'])
      expect(there).not.toContain(item);
    expect(row(run.source, 'acme-1')).toMatchObject({ vmState: 'active', lockedBy: null });
  }, 240_000);
});
