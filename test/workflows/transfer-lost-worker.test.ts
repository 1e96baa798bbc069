import { afterEach, expect, test } from '@jest/globals';
import { type TakingRun, takingRun } from './taking-run.ts';

/** Everything that changes a machine, its port, its host or Fuel, and what waits for them. */
const STEPS = [
  ...[
    'disableHost',
    'powerOff',
    'awaitSilence',
    'setPort',
    'setBootOverride',
    'powerOn',
    'waitForNode',
    'assignNode',
    'layOutNode',
  ],
  ...['verifyNetworks', 'startDeployment', 'followDeployment', 'awaitHypervisor', 'removeHost'],
];

let run: TakingRun;
afterEach(() => run.close());

test('Each step whose answer is lost is done once: the next attempt finds what is so', async () => {
  run = await takingRun();
  const [host = ''] = run.hosts;
  const lost = new Set<string>();
  const result = await run.working(
    async () => (await run.take(host)).result(),
    (activity) => {
      if (!STEPS.includes(activity) || lost.has(activity)) return undefined;
      lost.add(activity);
      return () => {
        throw new Error(`lost by the test: ${activity}`);
      };
    },
  );
  expect(result).toMatchObject({ outcome: 'done' });
  expect([...lost].sort()).toEqual([...STEPS].sort());
  expect(run.portrait(host)).toMatchObject({ power: 'on', service: 'gone' });
  // One deployment, and no second start: Fuel has one node, installed once.
  const { machine } = run.site.machine(host);
  expect(machine.starts.filter((start) => start === 'bootstrap')).toHaveLength(1);
  expect(run.fuel.state.nodes.filter(({ mac }) => mac.startsWith('52:54:00'))).toHaveLength(1);
}, 120_000);

test.each(['powerOff', 'waitForNode', 'followDeployment'])(
  'A worker that is stopped during %s is followed by another, which goes on',
  async (during) => {
    run = await takingRun();
    const [host = ''] = run.hosts;
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const first = await run.startWorker((activity) => {
      if (activity === during) stop();
      return undefined;
    });
    const handle = await run.take(host);
    await stopped;
    first.worker.shutdown();
    await first.end;
    await run.working(async () => expect(await handle.result()).toMatchObject({ outcome: 'done' }));
    expect(run.portrait(host)).toMatchObject({ power: 'on', service: 'gone' });
  },
  120_000,
);
