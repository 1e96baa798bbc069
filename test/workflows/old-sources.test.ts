import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PlanSummary } from '../../planning/plan.ts';
import type { CloudOptions, Population } from '../../simulator/index.ts';
import type { ResourceOutcome, RunReport, RunResult } from '../../workflows/run-report.ts';
import { everything, lentRoles, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

interface OldSource {
  readonly title: string;
  readonly options: Partial<CloudOptions>;
  readonly tenant: ReturnType<typeof smallTenant>;
  readonly volumes: number;
}

const VINTAGE = { release: 'pike', identity: 'v2.0' } as const;
const NO_CINDER = { without: ['volume'] } as const satisfies Partial<CloudOptions>;

/** Of its own, so that nothing of it stays for others after a rollback. */
const own = (server: ReturnType<typeof smallServer>) => ({ ...server, image: 'acme-golden', flavor: 'acme.tiny' });
const ownCloud = (tenant: ReturnType<typeof smallTenant>): Population => ({
  ...smallCloud(tenant),
  images: [],
  flavors: [{ name: 'acme.tiny', ram: 64, tenants: ['acme'] }],
});

const TWO = [0, 1].map((index) => own(smallServer('acme', index)));
const SOURCES: readonly OldSource[] = [
  {
    title: 'Identity v2.0 and Neutron, without Cinder',
    options: { ...VINTAGE, ...NO_CINDER },
    tenant: smallTenant('acme', 0, {
      volumes: [],
      quotas: { compute: { instances: 50 }, network: { port: 90 } },
      servers: TWO.map((server) => ({ ...server, volumes: [] })),
    }),
    volumes: 0,
  },
  {
    title: 'Identity v2.0 and nova-network',
    options: { ...VINTAGE, network: 'nova-network' },
    tenant: smallTenant('acme', 0, { servers: TWO }),
    volumes: 2,
  },
];

const MAPPINGS = { 'physical-network': { lo: 'physnet1' } };

describe.each(SOURCES)('A tenant of a source with $title', ({ options, tenant, volumes }) => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  let result: RunResult;
  let outcomes: readonly ResourceOutcome[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);

  beforeAll(async () => {
    run = await movingRun(ownCloud(tenant), { source: options, mappings: MAPPINGS });
    before = await look();
    await run.working(async () => {
      const handle = await run.migrate('acme');
      result = await handle.result();
      ({ outcomes } = await handle.query<RunReport, []>('report'));
    });
  }, 240_000);
  afterAll(() => run.close());

  test('is moved to a cloud of today with all that it has', async () => {
    expect(outcomes.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(result).toMatchObject({ outcome: 'done' });
    expect(result.notes).toEqual(['a plan made afresh finds nothing left to do']);
    const moved = ['project', 'user', 'assignment', 'keypair', 'security-group', 'network', 'subnet', 'port', 'router'];
    const ofTypes = new Set(outcomes.map(({ type }) => type));
    expect([...ofTypes]).toEqual(expect.arrayContaining([...moved, 'floating-ip', 'image', 'server']));
    const there = (await everything(run.targetCloud)).filter(({ type }) => type === 'volume');
    expect(there.length).toBe(volumes);
  });

  test('runs in the target with its addresses, and is stopped and locked in the source', async () => {
    const [inSource, inTarget] = [await servers(run.sourceCloud), await servers(run.targetCloud)];
    expect(inTarget.map(({ name }) => name).sort()).toEqual(['acme-1', 'acme-2']);
    for (const { name, attributes } of inTarget) {
      const old = inSource.find((server) => server.name === name);
      expect(old?.attributes).toMatchObject({ vmState: 'stopped', powerState: 'shutdown', locked: true });
      expect(attributes).toMatchObject({ vmState: 'active', powerState: 'running', keyName: 'key' });
      expect(attributes.interfaces.map(({ macAddress }) => macAddress)).toEqual(
        old?.attributes.interfaces.map(({ macAddress }) => macAddress),
      );
    }
    const addressOf = async (cloud: MovingRun['sourceCloud']) =>
      (await everything(cloud)).filter(({ type }) => type === 'floating-ip').map(({ name }) => name);
    expect(await addressOf(run.targetCloud)).toEqual(await addressOf(run.sourceCloud));
  });

  test('comes back by a rollback, which leaves both clouds as they were', async () => {
    const back = await run.working(async () => (await run.rollback('acme')).result());
    expect(back).toMatchObject({ outcome: 'done' });
    expect(await look()).toEqual(before);
    expect(lentRoles(run)).toEqual([]);
  }, 240_000);
});

describe('A tenant whose target has no Cinder', () => {
  let run: MovingRun;
  let before: readonly (readonly string[])[];
  const look = () => Promise.all([portrait(run.sourceCloud), portrait(run.targetCloud)]);
  const fromVolume = { ...own(smallServer('acme', 2)), name: 'from-volume', volumes: ['disk'] };

  beforeAll(async () => {
    const { image: _image, ...bootsFromVolume } = fromVolume;
    const tenant = smallTenant('acme', 2, {
      volumes: [{ name: 'data' }, { name: 'spare' }, { name: 'disk', bootable: true }],
      servers: [own(smallServer('acme', 0)), own(smallServer('acme', 1)), bootsFromVolume],
    });
    run = await movingRun(ownCloud(tenant), { target: NO_CINDER });
    before = await look();
  }, 180_000);
  afterAll(() => run.close());

  test('is moved but for its volumes and what has one, which the plan names as conflicts', async () => {
    const { plan, outcomes, result } = await run.working(async () => {
      const handle = await run.migrate('acme');
      const result = await handle.result();
      const { outcomes } = await handle.query<RunReport, []>('report');
      return { plan: await handle.query<PlanSummary | undefined, []>('plan'), outcomes, result };
    });
    expect(plan?.warnings.map(({ id }) => id)).toContain('missing-service');
    expect(plan?.conflicts.map(({ type, name, reason }) => `${type} ${name}: ${reason}`).sort()).toEqual(
      ['data', 'disk', 'spare'].map((name) => `volume ${name}: ${run.target.name} has no service for it`),
    );
    const stayed = outcomes.filter(({ outcome }) => outcome !== 'done');
    expect(stayed.map(({ type, name, outcome }) => `${outcome} ${type} ${name}`).sort()).toEqual(
      [
        ...['data', 'disk', 'spare'].map((name) => `failed volume ${name}`),
        ...['server acme-1', 'server from-volume'].map((name) => `skipped ${name}`),
        ...stayed
          .filter(({ type }) => type === 'port' || type === 'floating-ip')
          .map(({ type, name }) => `skipped ${type} ${name}`),
      ].sort(),
    );
    expect(result.outcome).toBe('partly');
    expect((await servers(run.targetCloud)).map(({ name }) => name)).toEqual(['acme-2']);
    const stopped = (await servers(run.sourceCloud)).filter(({ attributes }) => attributes.vmState !== 'active');
    expect(stopped.map(({ name }) => name)).toEqual(['acme-2']);
  }, 240_000);

  test('comes back by a rollback', async () => {
    const back = await run.working(async () => (await run.rollback('acme')).result());
    expect(back).toMatchObject({ outcome: 'done' });
    expect(await look()).toEqual(before);
  }, 240_000);
});
