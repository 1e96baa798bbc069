import { afterEach, expect, test } from '@jest/globals';
import { TRANSFER_DEFAULTS } from '../../planning/transfer-policy.ts';
import { atGate } from './moving-run.ts';
import { type TakingRun, takingRun } from './taking-run.ts';

let run: TakingRun;
afterEach(() => run.close());

const controllersOf = ({ simulator, names }: TakingRun): readonly string[] => {
  const services = simulator.cloud(names.source).state.nova.services.all();
  return [...new Set(services.filter(({ binary }) => binary === 'nova-conductor').map(({ host }) => host))];
};

test('One of three controllers goes to the target as a controller, and the source forgets it', async () => {
  run = await takingRun({ source: { controllers: 3 } });
  const controller = controllersOf(run).at(-1) ?? '';
  const result = await run.working(async () => (await run.take(controller, {}, 'controller')).result());
  expect(result).toMatchObject({ kind: 'decommission-controller', outcome: 'done' });
  expect(run.fuel.state.nodes.find(({ mac }) => mac.startsWith('52:54:00'))).toMatchObject({
    status: 'ready',
    roles: ['controller'],
  });
  expect(result.notes.join('\n')).toContain('an even number');
  expect(controllersOf(run)).not.toContain(controller);
}, 90_000);

test('A controller without which too few are left is refused, and told how to say otherwise', async () => {
  run = await takingRun({ source: { controllers: 2 } });
  const [controller = ''] = controllersOf(run);
  const result = await run.working(async () => (await run.take(controller, {}, 'controller')).result());
  expect(result).toMatchObject({ outcome: 'compensated' });
  expect(result.error).toContain(`without ${controller} too few controllers are left`);
  expect(result.error).toContain('transfer.controllers_left');
  expect(run.site.machine(controller).machine.power).toBe('on');
}, 60_000);

test('The last controller of a source that is not empty is asked about, with what is left there', async () => {
  run = await takingRun();
  const [controller = ''] = controllersOf(run);
  await run.working(async () => {
    const policy = { ...TRANSFER_DEFAULTS, controllersLeft: 0 };
    const handle = await run.take(controller, { policy }, 'controller');
    const { gate } = await atGate(handle, 'source-not-empty');
    for (const host of run.hosts) expect(gate?.question).toContain(host);
    await handle.signal('reject', 'source-not-empty');
    expect(await handle.result()).toMatchObject({ outcome: 'compensated', error: 'rejected', untouched: true });
  });
  expect(run.site.machine(controller).machine.power).toBe('on');
}, 60_000);
