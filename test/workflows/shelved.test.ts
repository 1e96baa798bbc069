import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../resources/moving/wait-until.ts';
import { NovaServers } from '../../services/openstack/index.ts';
import type { RunReport } from '../../workflows/run-report.ts';
import { everything, type MovingRun, movingRun, portrait, servers } from './moving-run.ts';
import { smallCloud, smallTenant } from './small-tenant.ts';

describe('An instance that is shelved', () => {
  let run: MovingRun;
  let before: readonly string[];
  let report: RunReport;

  beforeAll(async () => {
    run = await movingRun(smallCloud(smallTenant('acme', 1)));
    await shelve();
    before = await portrait(run.sourceCloud);
    await run.working(async () => {
      const handle = await run.migrate('acme');
      await handle.result();
      report = await handle.query<RunReport, []>('report');
    });
  }, 240_000);
  afterAll(() => run.close());

  test('is shelved in the target too', async () => {
    expect(report.outcomes.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    const [moved] = await servers(run.targetCloud);
    expect(moved?.attributes.vmState).toBe('shelved_offloaded');
  });

  test('and the report tells of the image that shelving it there has made', async () => {
    const images = (await everything(run.targetCloud)).filter(({ type }) => type === 'image');
    expect(images.map(({ name }) => name)).toContain('acme-1-shelved');
    const told = report.outcomes.find(({ type }) => type === 'server');
    expect(told?.notes?.join('\n')).toMatch(/-shelved/);
  });

  test('is shelved in the source again after a rollback, and leaves no such image', async () => {
    await run.working(async () => (await run.rollback('acme')).result());
    expect(await portrait(run.sourceCloud)).toEqual(before);
    const images = (await everything(run.targetCloud)).filter(({ type }) => type === 'image');
    expect(images.map(({ name }) => name)).not.toContain('acme-1-shelved');
  }, 240_000);

  async function shelve(): Promise<void> {
    const [{ id } = { id: '' }] = await servers(run.sourceCloud);
    await new NovaServers(run.sourceCloud.compute.client).act(id, 'shelve');
    const isShelved = async () =>
      (await servers(run.sourceCloud))[0]?.attributes.vmState === 'shelved_offloaded' ? true : undefined;
    await waitUntil(isShelved, AbortSignal.timeout(20_000), 50);
  }
});
