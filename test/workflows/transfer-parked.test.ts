import { afterEach, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { atGate, until } from './moving-run.ts';
import { type TakingRun, takingRun } from './taking-run.ts';

let run: TakingRun;
afterEach(() => run.close());

test('A deployment that fails waits at park with the words of Fuel, and retry deploys it again', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  run.fuel.failNext('deploy', 'puppet has failed: no route to the repository');
  await run.working(async () => {
    const handle = await run.take(host);
    const { gate } = await atGate(handle, 'park');
    expect(gate?.question).toContain('no route to the repository');
    expect(gate?.question).toContain('reject: end here, with the machine as it is now');
    await handle.signal('retry', 'park');
    expect(await handle.result()).toMatchObject({ outcome: 'done' });
  });
  expect(run.portrait(host)).toMatchObject({ power: 'on', service: 'gone' });
}, 90_000);

test('Rejected after its disks were written, the run ends and the machine is left as it is', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  run.fuel.failNext('deploy', 'puppet has failed');
  await run.working(async () => {
    const handle = await run.take(host);
    await atGate(handle, 'park');
    const before = run.portrait(host);
    await handle.signal('reject', 'park');
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'left' });
    expect(result.notes.join('\n')).toContain('no way back');
    expect(result.host?.machine.power).toBe('on');
    expect(run.portrait(host)).toEqual(before);
  });
  expect(run.portrait(host).service).toContain('disabled');
}, 90_000);

test('A machine that starts nothing is not discovered; what is mended is tried again with PXE once more', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  run.site.connectFuel('http://127.0.0.1:9/api');
  await run.working(async () => {
    const policy = {
      ...(await import('../../planning/transfer-policy.ts')).TRANSFER_DEFAULTS,
      discoveryTimeoutMs: 1_500,
    };
    const handle = await run.take(host, { policy });
    const { gate } = await atGate(handle, 'park');
    expect(gate?.question).toContain('does it start from PXE');
    run.site.connectFuel(run.fuel.url.replace(/\/$/, ''));
    await handle.signal('retry', 'park');
    expect(await handle.result()).toMatchObject({ outcome: 'done' });
  });
  expect(run.site.machine(host).machine.starts.filter((start) => start === 'bootstrap')).toHaveLength(2);
}, 90_000);

test('What a person has seen to, or does without, is skipped and told as such', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  const broken = ['verifyNetworks', 'removeHost'];
  await run.working(
    async () => {
      const handle = await run.take(host);
      const first = await atGate(handle, 'park');
      expect(first.gate?.question).toContain('skip: deploy it all the same');
      await handle.signal('skip', 'park');
      await until(handle, ({ gate }) => gate?.question.includes('skip: it stays there, disabled') === true);
      await handle.signal('skip', 'park');
      const { outcome, host: told } = await handle.result();
      expect(outcome).toBe('done');
      const skipped = told?.steps.filter(({ state }) => state === 'skipped').map(({ name }) => name);
      expect(skipped).toEqual(['verify the networks', `remove ${host} from ${run.names.source}`]);
      expect(told?.machine['compute service']).toContain('disabled');
    },
    (activity) => {
      if (!broken.includes(activity)) return undefined;
      throw ApplicationFailure.nonRetryable('broken by the test');
    },
  );
  expect(run.portrait(host).service).toContain('disabled');
}, 90_000);

test('A switch that a person wires is a gate each time, which says which port goes to which VLAN', async () => {
  run = await takingRun({ manual: true });
  const [host = ''] = run.hosts;
  await run.working(async () => {
    const handle = await run.take(host);
    const first = await atGate(handle, 'switch-port');
    expect(first.gate?.question).toContain('port Ethernet1 of leaf-1');
    expect(first.gate?.question).toContain('untagged 100');
    run.aSwitch.setPort('Ethernet1', { pvid: 100, untagged: [100], tagged: [] });
    await handle.signal('approve', 'switch-port');
    const again = await atGateAfter(handle, first.gate?.since ?? '');
    expect(again?.question).toContain('untagged 100, tagged 101, 102, 1000');
    run.aSwitch.setPort('Ethernet1', { pvid: 100, untagged: [100], tagged: [101, 102, 1000, 1001, 1002, 1003] });
    await handle.signal('approve', 'switch-port');
    expect(await handle.result()).toMatchObject({ outcome: 'done' });
  });
}, 90_000);

async function atGateAfter(handle: Parameters<typeof atGate>[0], since: string) {
  for (;;) {
    const { gate } = await atGate(handle, 'switch-port');
    if (gate !== undefined && gate.since !== since) return gate;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
