import { afterEach, expect, test } from '@jest/globals';
import { type TakingRun, takingRun } from './taking-run.ts';

let run: TakingRun;
afterEach(() => run.close());

test.each(['9.2', '6.0'] as const)(
  'An empty host of the source becomes a compute host of the target (Fuel %s)',
  async (version) => {
    run = await takingRun({ version });
    const [host = ''] = run.hosts;
    const result = await run.working(async () => (await run.take(host)).result());
    expect(result).toMatchObject({ kind: 'transfer-host', outcome: 'done' });
    expect(result.host?.steps.map(({ state }) => state)).not.toContain('failed');
    expect(run.portrait(host)).toMatchObject({ power: 'on', service: 'gone' });
    expect(run.aSwitch.vlansOf('Ethernet1')).toEqual({
      pvid: 100,
      untagged: [100],
      tagged: [101, 102, 1000, 1001, 1002, 1003],
    });
    const { nova } = run.simulator.cloud(run.names.target).state;
    const [installed] = run.fuel.state.nodes.filter(({ mac }) => mac.startsWith('52:54:00:0a:00'));
    expect(installed).toMatchObject({ status: 'ready', roles: ['compute'] });
    expect(
      nova.services
        .all()
        .filter(({ up }) => up)
        .map((service) => service.host),
    ).toContain(version === '6.0' ? `node-${installed?.id}.domain.tld` : `${host}.domain.tld`);
    expect(run.site.machine(host).machine.installed).toBe('fuel node');
  },
  120_000,
);

test('A host that was taken before is told as such, and nothing is done again', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  await run.working(async () => {
    expect(await (await run.take(host)).result()).toMatchObject({ outcome: 'done' });
    const taken = run.portrait(host);
    const again = await (await run.take(host)).result();
    expect(again).toMatchObject({ outcome: 'compensated', untouched: true });
    expect(again.error).toContain(`${run.names.target} has ${host}.domain.tld: it was taken before`);
    expect(run.portrait(host)).toEqual(taken);
  });
}, 120_000);
