import type {
  HostActivities,
  PowerActivities,
  ProvisionerActivities,
  SwitchActivities,
} from '../../activities/hardware-activities.ts';
import type { SimulatedFuel } from '../../simulator/index.ts';
import {
  type HeldAtFuel,
  type Hold,
  heldAtController,
  heldAtNova,
  heldAtSwitch,
  notShuttingDown,
} from './held-calls.ts';
import type { TakingRun } from './taking-run.ts';

type HardwareActivities = PowerActivities & SwitchActivities & ProvisionerActivities & HostActivities;

export interface Stage {
  readonly run: TakingRun;
  readonly fuel: HeldAtFuel;
}

/** A host that a run takes, and the id of its environment in Fuel: each has its own, so that none waits for the deployment of another. */
export interface Taken {
  readonly host: string;
  readonly environment: number;
}

/** A step of a run, and how it is kept from its end: what it changes is changed by then, what it waits for has not come. */
export interface HeldStep {
  readonly activity: keyof HardwareActivities;
  /** The gate before it, where its run waits until the others are where they are to be. */
  readonly after?: 'power-off' | 'reinstall' | 'park';
  /** What is answered there; `approve` unless told. */
  readonly answer?: 'reject';
  readonly hold: (stage: Stage, taken: Taken) => Hold;
  /** How often its machine's controller is told something until all is done: off and on, unless told. */
  readonly orders?: number;
  /** What the report says although the worker that did it is gone. */
  readonly told?: RegExp;
}

const ofService =
  (method: 'PUT' | 'DELETE'): HeldStep['hold'] =>
  ({ run }, { host }) => {
    const { state, name: cloud } = run.simulator.cloud(run.names.source);
    const service = state.nova.services.where('host', host).find(({ binary }) => binary === 'nova-compute');
    return heldAtNova(run, { cloud, method, path: `os-services/${service?.id}` });
  };

const ofController =
  (command: string): HeldStep['hold'] =>
  ({ run }, { host }) =>
    heldAtController(run, host, command);

const ofEnvironment =
  (method: 'PUT' | 'POST', path: string): HeldStep['hold'] =>
  ({ fuel }, { environment }) =>
    fuel.hold('answering', new RegExp(`^${method} clusters/${environment}/${path}`));

/** In the order in which the runs are brought there: who waits longest for an answer comes first. */
export const HELD_STEPS: readonly (readonly HeldStep[])[] = [
  [
    { activity: 'disableHost', hold: ofService('PUT') },
    {
      // Its agent has reported, and Fuel has not taken it down.
      activity: 'waitForNode',
      hold: ({ run, fuel }, { host }) =>
        fuel.hold('carrying-out', /^POST nodes$/, ({ body }) => isFrom(body, run.site.machine(host).machine.pxeMac)),
    },
    { activity: 'assignNode', hold: ofEnvironment('POST', 'assignment') },
    {
      activity: 'layOutNode',
      hold({ run, fuel }, { environment }) {
        const { state } = run.fuel;
        growSystemDisk(state, environment);
        return fuel.hold('answering', /^PUT nodes\/\d+\/disks$/, ({ path }) =>
          machineNodes(state, environment).some(({ id }) => path.startsWith(`nodes/${id}/`)),
        );
      },
    },
    { activity: 'verifyNetworks', hold: ofEnvironment('PUT', '.*/verify') },
    { activity: 'startDeployment', hold: ofEnvironment('PUT', 'changes') },
    {
      activity: 'followDeployment',
      hold: ({ run, fuel }, { environment }) =>
        fuel.hold('carrying-out', /^GET tasks\/\d+$/, ({ path }) =>
          deployments(run.fuel.state, environment).some(({ id }) => path === `tasks/${id}`),
        ),
    },
    // The network agents are gone by then, and with the answer the service.
    { activity: 'removeHost', hold: ofService('DELETE'), told: /agent/ },
  ],
  [
    {
      // Whoever looks at the target's hypervisors: by then nobody else does.
      activity: 'awaitHypervisor',
      after: 'reinstall',
      hold: ({ run }) => heldAtNova(run, { cloud: run.names.target, method: 'GET', path: 'os-hypervisors' }),
    },
    { activity: 'restoreHost', after: 'reinstall', answer: 'reject', hold: ofService('PUT') },
    { activity: 'releaseNode', after: 'park', answer: 'reject', hold: ofEnvironment('POST', 'unassignment') },
  ],
  [
    { activity: 'setBootOverride', after: 'power-off', hold: ofController('Set System Boot Options') },
    // Taken back: boot device and port are as before, and it is switched on again.
    { activity: 'powerOn', after: 'reinstall', answer: 'reject', hold: ofController('Chassis Control') },
  ],
  [
    { activity: 'powerOff', after: 'power-off', hold: ofController('Chassis Control') },
    // It does not shut down: it is cut off when the time is over that began with the first worker.
    {
      ...{ activity: 'powerOff', after: 'power-off', orders: 3 },
      hold: ({ run }, { host }) => notShuttingDown(run, host),
    },
    { activity: 'powerOn', after: 'reinstall', hold: ofController('Chassis Control') },
    // From then on the switch says nothing to anybody.
    { activity: 'setPort', after: 'power-off', hold: ({ run }) => heldAtSwitch(run) },
  ],
];

/** Of an environment, oldest first; those that Fuel has hidden too. */
export function deployments({ tasks }: SimulatedFuel['state'], environment: number) {
  return tasks.filter(({ cluster, name, parent }) => cluster === environment && name === 'deploy' && parent === null);
}

/** The machines in an environment. */
export function machineNodes({ nodes }: SimulatedFuel['state'], environment: number) {
  return nodes.filter(({ cluster, isPaper }) => cluster === environment && !isPaper);
}

/** The compute node that is there already, which a machine is laid out like. */
export function likeNode({ nodes }: SimulatedFuel['state'], environment: number) {
  const found = nodes.find(
    ({ cluster, isPaper, roles }) => cluster === environment && isPaper && roles[0] === 'compute',
  );
  if (found === undefined) throw new Error(`environment ${environment} has no compute node`);
  return found;
}

export function systemMib({ disks }: SimulatedFuel['state']['nodes'][number]): number | undefined {
  return disks.flatMap(({ volumes }) => volumes).find(({ name }) => name === 'os')?.size;
}

/** What is laid out like it is then not as Fuel does it by itself. */
function growSystemDisk(state: SimulatedFuel['state'], environment: number): void {
  for (const disk of likeNode(state, environment).disks.slice(0, 1))
    disk.volumes = disk.volumes.map(({ name, size }) => ({ name, size: name === 'os' ? size + 1_024 : size - 1_024 }));
}

function isFrom(report: unknown, mac: string): boolean {
  return typeof report === 'object' && report !== null && 'mac' in report && report.mac === mac;
}
