import { afterEach, expect, test } from '@jest/globals';
import { transferPolicy } from '../../planning/transfer-policy.ts';
import { HeldAtFuel, type Hold } from './held-calls.ts';
import { deployments, HELD_STEPS, type HeldStep, likeNode, machineNodes, systemMib, type Taken } from './held-steps.ts';
import { atGate } from './moving-run.ts';
import { type MachinePortrait, type TakingRun, type TransferHandle, takingRun } from './taking-run.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API: a worker has it. */
const STARTED = 2;
const INTO_THE_TARGET = { pvid: 100, untagged: [100], tagged: [101, 102, 1000, 1001, 1002, 1003] };
const LOOKS = 1_000;
/** Shorter than what it takes to notice that a worker is gone. */
const POWER_OFF_TIMEOUT_MS = 25_000;

/** One run for each, and two that wait for a person. */
const RUNS = HELD_STEPS.flat().length + 2;

interface Begun {
  readonly taken: Taken;
  readonly handle: TransferHandle;
}

interface BegunStep extends Begun {
  readonly step: HeldStep;
  readonly isHeld: () => boolean;
}

let run: TakingRun;
let fuel: HeldAtFuel;
let free: Taken[];
let holds: Hold[] = [];
let workers: WorkerProcess[] = [];
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  for (const hold of holds) hold.release();
  [workers, holds] = [[], []];
  await run.close();
});

test('A worker process that is killed in the middle of every step is followed by another, which brings all runs to their end', async () => {
  run = await takingRun({
    source: { computeHosts: RUNS },
    environments: Array.from({ length: RUNS }, (_each, index) => environmentName(index + 1)),
  });
  fuel = new HeldAtFuel(run.fuel);
  free = run.hosts.map((host, index) => ({ host, environment: index + 1 }));
  const before = new Map(run.hosts.map((host) => [host, run.portrait(host)]));
  const killed = await startWorker();

  // Every run to its step, whose answer is kept back, or to its gate.
  const [atTheGate, atPark, ...groups] = await Promise.all([
    begin('power-off'),
    begin('park'),
    ...HELD_STEPS.map((group) => Promise.all(group.map((step) => beginStep(step)))),
  ]);
  await bringToGate('park', atPark);
  await bringToGate('power-off', atTheGate);
  for (const group of groups) await Promise.all(group.map((begun) => bringToItsStep(begun)));
  const inSteps = groups.flat();
  for (const { step, handle } of inSteps) expect(await atWork(handle)).toBe(`attempt 1 of ${step.activity} is at work`);

  await killed.kill();

  // A person answers while there is no worker at all.
  await atTheGate.handle.signal('approve', 'power-off');
  likeNode(run.fuel.state, atPark.taken.environment).status = 'ready';
  await atPark.handle.signal('retry', 'park');
  for (const hold of holds) hold.release();
  await startWorker();

  for (const { step, taken, handle } of inSteps) {
    const { activity, answer, told = /^/ } = step;
    const { outcome, notes, host } = await handle.result();
    const expected = answer === 'reject' ? 'compensated' : 'done';
    expect({ activity, outcome, notes }).toEqual({ activity, outcome: expected, notes: [] });
    expect(host?.steps.map(({ detail }) => detail).join('\n')).toMatch(told);
    expect(await repeated(handle)).toEqual([`attempt 2 of ${activity}`]);
    if (answer === 'reject') expectBack(taken, before.get(taken.host));
    else expectTaken(taken, step.orders);
  }
  for (const { taken, handle } of [atTheGate, atPark]) {
    expect(await handle.result()).toMatchObject({ outcome: 'done', notes: [] });
    expectTaken(taken);
  }
}, 120_000);

async function startWorker(): Promise<WorkerProcess> {
  const worker = await startWorkerProcess(run.configuration);
  workers.push(worker);
  return worker;
}

/** Into an environment of its own, with all gates approved but the one where it is to wait. */
async function begin(waitsAt?: HeldStep['after'], taken = nextHost()): Promise<Begun> {
  const unapproved = waitsAt === 'park' ? 'reinstall' : waitsAt;
  const gates = ['power-off', 'reinstall'].filter((gate) => gate !== unapproved);
  const approved = Object.fromEntries(gates.map((gate) => [gate, { by: 'the test' }]));
  const environment = environmentName(taken.environment);
  const policy = transferPolicy({ environment, powerOffTimeoutMs: POWER_OFF_TIMEOUT_MS });
  return { taken, handle: await run.take(taken.host, { approved, policy }) };
}

/** What has no gate before it is held from the beginning. */
async function beginStep(step: HeldStep): Promise<BegunStep> {
  const taken = nextHost();
  const isHeld = step.after === undefined ? hold(step, taken) : () => false;
  return { step, isHeld, ...(await begin(step.after, taken)) };
}

async function bringToItsStep({ step, taken, handle, isHeld }: BegunStep): Promise<void> {
  const { activity, after, answer = 'approve' } = step;
  if (after === undefined) return until(`a worker was at ${activity}`, isHeld);
  await bringToGate(after, { taken, handle });
  const isHeldNow = hold(step, taken);
  await handle.signal(answer, after);
  await until(`a worker was at ${activity}`, isHeldNow);
}

/** It parks, since somebody has stopped the node that it is to be laid out like. */
async function bringToGate(gate: NonNullable<HeldStep['after']>, { taken, handle }: Begun): Promise<void> {
  if (gate === 'park') {
    await atGate(handle, 'reinstall');
    likeNode(run.fuel.state, taken.environment).status = 'stopped';
    await handle.signal('approve', 'reinstall');
  }
  await atGate(handle, gate);
}

function nextHost(): Taken {
  const taken = free.pop();
  if (taken === undefined) throw new Error('the source has too few hosts');
  return taken;
}

const environmentName = (environment: number): string => `mos-${environment}`;

function hold(step: HeldStep, taken: Taken): () => boolean {
  const held = step.hold({ run, fuel }, taken);
  holds.push(held);
  return held.isHeld;
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let looks = 0; !isSo(); looks += 1) {
    if (looks > LOOKS) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a worker has under way for a run. */
async function atWork(handle: TransferHandle): Promise<string> {
  const { pendingActivities } = (await handle.describe()).raw;
  return (pendingActivities ?? [])
    .map(({ activityType, attempt, state }) => {
      const where = state === STARTED ? 'is at work' : 'waits';
      return `attempt ${attempt} of ${activityType?.name} ${where}`;
    })
    .join(', ');
}

/** What has ended at a later attempt than its first. */
async function repeated(handle: TransferHandle): Promise<readonly string[]> {
  const events = (await handle.fetchHistory()).events ?? [];
  return events.flatMap(({ activityTaskStartedEventAttributes: started }) => {
    if (!started || (started.attempt ?? 1) === 1) return [];
    const scheduled = events.find(({ eventId }) => String(eventId) === String(started.scheduledEventId));
    const name = scheduled?.activityTaskScheduledEventAttributes?.activityType?.name;
    return [`attempt ${started.attempt} of ${name}`];
  });
}

/** Gone from the source, at work in the target, and everything done once. */
function expectTaken({ host, environment }: Taken, orders = 2): void {
  const { machine, bmc } = run.site.machine(host);
  const { state } = run.fuel;
  expect(run.portrait(host)).toEqual({ power: 'on', boot: 'none', port: INTO_THE_TARGET, service: 'gone' });
  expect(machine.starts).toEqual(['bootstrap', 'disk']);
  // With what was not answered.
  expect(bmc.commands.filter((command) => command === 'Chassis Control')).toHaveLength(orders);
  expect(machineNodes(state, environment)).toMatchObject([{ status: 'ready', roles: ['compute'] }]);
  const systems = [...machineNodes(state, environment), likeNode(state, environment)].map(systemMib);
  expect(systems[0]).toBe(systems[1]);
  expect(deployments(state, environment)).toMatchObject([{ status: 'ready' }]);
  const [source, target] = [run.names.source, run.names.target].map((name) => run.simulator.cloud(name).state);
  const isIt = (service: { readonly host: string }) => service.host.split('.')[0] === host.split('.')[0];
  expect(target?.nova.services.all().filter(isIt)).toMatchObject([{ disabled: false, up: true }]);
  expect(source?.nova.services.where('host', host)).toEqual([]);
  expect(source?.placement.providers.where('host', host)).toEqual([]);
}

/** At work in the source as it was, and in no environment. */
function expectBack({ host, environment }: Taken, before: MachinePortrait | undefined): void {
  expect(run.portrait(host)).toEqual(before);
  expect(machineNodes(run.fuel.state, environment)).toEqual([]);
  expect(deployments(run.fuel.state, environment)).toEqual([]);
}
