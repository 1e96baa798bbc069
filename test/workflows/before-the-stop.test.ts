import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { ResourceOutcome, RunReport, RunResult } from '../../workflows/run-report.ts';
import { type Interference, type MovingRun, movingRun, servers } from './moving-run.ts';
import { smallCloud, smallServer, smallTenant } from './small-tenant.ts';

const TENANTS = ['acme', 'beta', 'gamma'] as const;
type TenantName = (typeof TENANTS)[number];

const tenant = (name: TenantName) =>
  smallTenant(name, 0, {
    volumes: [],
    quotas: {},
    servers: [0, 1].map((index) => ({ ...smallServer(name, index), volumes: [] })),
  });

interface Moved {
  readonly result: RunResult;
  readonly outcomes: readonly ResourceOutcome[];
  readonly stopped: readonly string[];
}

describe('What an instance needs that cannot be made', () => {
  let run: MovingRun;
  const refused = ApplicationFailure.nonRetryable('the cloud was away', 'unavailable');

  /** `refuses` sees each call that makes something, counted by type. */
  const moved = async (
    name: TenantName,
    refuses: (type: unknown, call: number, request: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Moved> => {
    const calls = new Map<unknown, number>();
    const stopped: string[] = [];
    const interfere: Interference = (activity, request) => {
      if (activity === 'stopServer') stopped.push(run.source.state.nova.servers.get(String(request.id))?.name ?? '');
      if (activity !== 'makeResource') return undefined;
      const call = (calls.get(request.type) ?? 0) + 1;
      calls.set(request.type, call);
      if (refuses(request.type, call, request)) throw refused;
      return undefined;
    };
    return run.working(async () => {
      const handle = await run.migrate(name);
      const result = await handle.result();
      const { outcomes } = await handle.query<RunReport, []>('report');
      return { result, outcomes, stopped };
    }, interfere);
  };
  const unfinished = ({ outcomes }: Moved) =>
    outcomes.filter(({ outcome }) => outcome !== 'done').map(({ type, outcome }) => `${type} ${outcome}`);

  beforeAll(async () => {
    run = await movingRun(smallCloud(...TENANTS.map(tenant)));
  }, 180_000);
  afterAll(() => run.close());

  test('is tried once more: a subnet that an outage kept from being made costs no port and no instance', async () => {
    const end = await moved('acme', (type, call) => type === 'subnet' && call === 1);
    expect(unfinished(end)).toEqual([]);
    expect(end.result.outcome).toBe('done');
  }, 180_000);

  test('is not made too late: no DHCP server takes an address before the ports, and nothing is stopped', async () => {
    const end = await moved('beta', (type, _call, { incomplete }) => type === 'subnet' && incomplete === true);
    expect(unfinished(end).sort()).toEqual([
      'port skipped',
      'port skipped',
      'router skipped',
      'server skipped',
      'server skipped',
      'subnet failed',
    ]);
    expect(end.result.notes).toContain('subnet beta-net-subnet could not be made: the cloud was away');
    expect(end.stopped).toEqual([]);
    expect(run.target.state.neutron.subnets.all().filter(({ name }) => name === 'beta-net-subnet')).toEqual([]);
    const again = await moved('beta', () => false);
    expect(unfinished(again)).toEqual([]);
  }, 240_000);

  test('keeps running what has a floating IP that no router would lead to it; its sibling moves', async () => {
    const end = await moved('gamma', (type) => type === 'router');
    expect(unfinished(end)).toEqual(['router failed', 'server compensated']);
    const { error } = end.outcomes.find(({ name }) => name === 'gamma-1') ?? {};
    expect(error).toMatch(/floating IP 198\.18\..* cannot lead to it: .* has no router from network/);
    expect(end.stopped).toEqual(['gamma-2']);
    const inSource = (await servers(run.sourceCloud)).filter(({ name }) => name.startsWith('gamma'));
    expect(inSource.map(({ name, attributes }) => `${name} ${attributes.vmState}`).sort()).toEqual([
      'gamma-1 active',
      'gamma-2 stopped',
    ]);
  }, 180_000);
});
