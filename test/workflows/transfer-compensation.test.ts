import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { transferPolicy } from '../../planning/transfer-policy.ts';
import type { Interference } from './interference.ts';
import { atGate } from './moving-run.ts';
import { type MachinePortrait, type TakingRun, type TransferHandle, takingRun } from './taking-run.ts';

/** What is asked of the world, in order, until the deployment has begun: each fails for good once. */
const BEFORE_THE_RETURN = ['disableHost', 'powerOff', 'awaitSilence', 'setPort', 'setBootOverride'] as const;
const WITH_A_WAY_BACK = [
  'waitForNode',
  'assignNode',
  'layOutNode',
  'nodePortVlans',
  'verifyNetworks',
  'startDeployment',
] as const;

/** The first call of the activity fails for good, whenever it is tried. What undoes it is another call. */
function failing(name: string): Interference {
  let isFailed = false;
  return (activity) => {
    if (activity !== name || isFailed) return undefined;
    isFailed = true;
    throw ApplicationFailure.nonRetryable(`${name} refused by the test`, 'refused-by-the-test');
  };
}

describe('A transfer of which a step fails for good', () => {
  let run: TakingRun;
  let host: string;
  let before: MachinePortrait;
  beforeAll(async () => {
    run = await takingRun();
    [host = ''] = run.hosts;
    before = run.portrait(host);
  }, 60_000);
  afterAll(() => run.close());
  // Minutes lie between one run of a host and the next: Fuel calls it online for so long after it was there.
  beforeEach(() => run.simulator.clock.advance(240_000));

  const isAsBefore = async (handle: TransferHandle) => {
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'compensated' });
    expect(run.portrait(host)).toEqual(before);
    expect(result.host?.machine).toMatchObject({ 'compute service': 'enabled', power: 'on' });
    // Its old system runs again, and nothing of it is left in Fuel's environment.
    await until(() => run.site.machine(host).machine.bootedInto === 'disk');
    expect(run.fuel.state.nodes.filter(({ cluster, mac }) => cluster !== null && mac.startsWith('52:54:00'))).toEqual(
      [],
    );
    return result;
  };

  test.each(BEFORE_THE_RETURN)(
    '%s: power, boot device, port and service are as they were',
    async (step) => {
      await run.working(async () => {
        const { error, host: told } = await isAsBefore(await run.take(host));
        expect(error).toBe(`${step} refused by the test`);
        expect(told?.steps.some(({ state }) => state === 'failed')).toBe(true);
      }, failing(step));
    },
    60_000,
  );

  test('A host that reports on though its controller says off is another machine: what was switched off is on again', async () => {
    const { services } = run.simulator.cloud(run.names.source).state.nova;
    const [service] = services.where('host', host).filter(({ binary }) => binary === 'nova-compute');
    await run.working(
      async () => {
        const policy = transferPolicy({ powerOffTimeoutMs: 5_000, silenceTimeoutMs: 1_000 });
        const { error } = await isAsBefore(await run.take(host, { policy }));
        expect(error).toContain(`its nova-compute still reports to ${run.names.source}`);
      },
      (activity) => {
        if (activity === 'awaitSilence') services.change(service!, { up: true });
        return undefined;
      },
    );
  }, 60_000);

  test.each(WITH_A_WAY_BACK)(
    '%s: it waits at park with the machine as it is, and reject brings all of it back',
    async (step) => {
      await run.working(async () => {
        const handle = await run.take(host);
        const { gate } = await atGate(handle, 'park');
        expect(gate?.question).toContain(`${step} refused by the test`);
        expect(gate?.question).toMatch(/- power: on\n/);
        expect(gate?.question).toContain('reject: bring it back to the source: its disks have not been touched');
        expect(gate?.answers.join('\n')).not.toContain('pump-runs approve');
        await handle.signal('reject', 'park');
        await isAsBefore(handle);
      }, failing(step));
    },
    90_000,
  );

  test.each(['power-off', 'reinstall'] as const)(
    'rejected at gate %s, it is as it was',
    async (gate) => {
      await run.working(async () => {
        const handle = await run.take(host, {
          approved: gate === 'reinstall' ? { 'power-off': { by: 'the test' } } : {},
        });
        await atGate(handle, gate);
        await handle.signal('reject', gate);
        await isAsBefore(handle);
      });
    },
    60_000,
  );

  test('cancelled at gate reinstall, it is as it was, and the run ends as cancelled', async () => {
    await run.working(async () => {
      const handle = await run.take(host, { approved: { 'power-off': { by: 'the test' } } });
      await atGate(handle, 'reinstall');
      expect(run.portrait(host)).toMatchObject({ power: 'off', boot: 'pxe once', port: { pvid: 100, tagged: [] } });
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      expect(run.portrait(host)).toEqual(before);
    });
  }, 60_000);
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
