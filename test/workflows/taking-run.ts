import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/index.ts';
import { connectClient, type TemporalClient } from '../../client/connection.ts';
import type { BmcSettings, HostSettings, SwitchSettings } from '../../config/index.ts';
import { Secret } from '../../config/secret.ts';
import { transferPolicy } from '../../planning/transfer-policy.ts';
import { type SimulatedSwitch, startSwitch } from '../../simulator/hardware/switch/index.ts';
import {
  type CloudOptions,
  type Population,
  populate,
  type SimulatedFuel,
  type Simulator,
  type Site,
  startFuel,
  startSimulator,
  startSite,
} from '../../simulator/index.ts';
import { connectWorker } from '../../workers/connection.ts';
import { createLog } from '../../workers/log.ts';
import { installRuntime } from '../../workers/runtime.ts';
import { registerSearchAttributes } from '../../workers/search-attributes.ts';
import { createWorker } from '../../workers/worker.ts';
import type { decommissionController, transferHost } from '../../workflows/transfer-host.ts';
import type { TransferRequest } from '../../workflows/transfer-requests.ts';
import { transferId } from '../../workflows/workflow-ids.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { testTarget, unique } from '../temporal.ts';
import { disturbed, type Interference } from './interference.ts';
import { cloudName } from './simulated-run.ts';

export type TransferHandle = WorkflowHandleWithFirstExecutionRunId<typeof transferHost>;

export const ADMIN_VLAN = 100;
const COMMUNITY = 'private-of-the-tests';
const QUICK = { powerMs: 10, softOffMs: 30, postMs: 10, bootMs: 20, bootstrapMs: 20 };

export interface TakingOptions {
  readonly version?: '6.0' | '9.2';
  readonly source?: Partial<CloudOptions>;
  readonly population?: Population;
  /** The switch is wired by hand. */
  readonly manual?: boolean;
  /** Of Fuel, each with a controller and a compute node; `mos` alone unless told. */
  readonly environments?: readonly string[];
}

/** What an operator would see of a machine and of its host. */
export interface MachinePortrait {
  readonly power: string;
  readonly boot: string;
  readonly port: unknown;
  readonly service: string;
}

/** Two clouds, machines with their controllers, a switch, a Fuel, and workers of a test's own. */
export interface TakingRun {
  readonly simulator: Simulator;
  readonly site: Site;
  readonly aSwitch: SimulatedSwitch;
  readonly fuel: SimulatedFuel;
  readonly temporal: TemporalClient;
  readonly taskQueue: string;
  readonly names: { readonly source: string; readonly target: string };
  /** Compute hosts of the source, each a machine. */
  readonly hosts: readonly string[];
  /** `pumphouse.yaml` of all this, for commands. */
  readonly configuration: string;
  portrait(host: string): MachinePortrait;
  startWorker(interfere?: Interference): Promise<{ readonly worker: Worker; readonly end: Promise<void> }>;
  working<T>(body: () => Promise<T>, interfere?: Interference): Promise<T>;
  take(host: string, change?: Partial<TransferRequest>, role?: 'compute' | 'controller'): Promise<TransferHandle>;
  close(): Promise<void>;
}

export async function takingRun(options: TakingOptions = {}): Promise<TakingRun> {
  const names = { source: cloudName(), target: cloudName() };
  const simulator = await startSimulator({
    clouds: [
      { name: names.source, computeHosts: 2, controllers: 1, ...options.source },
      { name: names.target, computeHosts: 1 },
    ],
    fill: (cloud) => populate(cloud, cloud.name === names.source ? (options.population ?? {}) : {}),
  });
  const source = simulator.cloud(names.source);
  const services = source.state.nova.services.all();
  const hosts = services.filter(({ binary }) => binary === 'nova-compute').map(({ host }) => host);
  const controllers = [
    ...new Set(services.filter(({ binary }) => binary === 'nova-conductor').map(({ host }) => host)),
  ];
  const all = [...hosts, ...controllers];
  const aSwitch = await startSwitch({
    name: 'leaf-1',
    community: COMMUNITY,
    vlans: [10, ADMIN_VLAN, 101, 102, 1000, 1001, 1002, 1003],
    ports: all.map((_host, index) => ({
      name: `Ethernet${index + 1}`,
      ifIndex: 1001 + index,
      bridgePort: 1 + index,
      pvid: 10,
      untagged: [10],
      tagged: [101],
    })),
  });
  const site = await startSite(simulator, {
    ...names,
    adminVlan: ADMIN_VLAN,
    vlansOf: (port) => aSwitch.vlansOf(port),
    serviceDownMs: 10,
    machines: all.map((name, index) => ({
      name,
      interfaces: { eth0: macOf(index, 0), eth1: macOf(index, 1) },
      switchPort: `Ethernet${index + 1}`,
      durations: QUICK,
    })),
  });
  const fuel = await startFuel({
    version: options.version ?? '9.2',
    clock: simulator.clock,
    link: site.fuelLink,
    faults: simulator.faults,
    durations: { pendingMs: 20, provisionMs: 100, deployMs: 100, verifyMs: 20 },
    environments: (options.environments ?? ['mos']).map((name) => ({
      name,
      nodes: [
        { name: 'ctl-1', roles: ['controller'] },
        { name: 'cmp-1', roles: ['compute'] },
      ],
    })),
  });
  site.connectFuel(fuel.url.replace(/\/$/, ''));
  const settings = {
    source: simulatedSettings(source),
    target: { ...simulatedSettings(simulator.cloud(names.target)), fuelUrl: fuel.url },
  };
  const inventory = {
    hosts: all.map((name, index): HostSettings => {
      const { bmc } = site.machine(name);
      return {
        name,
        role: hosts.includes(name) ? 'compute' : 'controller',
        bmc: bmcSettings(bmc.port),
        macs: [macOf(index, 0), macOf(index, 1)],
        switchPort: { switch: 'leaf-1', port: `Ethernet${index + 1}` },
      };
    }),
    switches: [switchSettings(aSwitch, options.manual === true)],
  };
  installRuntime(createLog('error'), undefined);
  const connection = await connectWorker(testTarget());
  await registerSearchAttributes(connection, testTarget().namespace, () => undefined);
  const temporal = await connectClient(testTarget());
  const taskQueue = unique('queue');
  const create = (interfere?: Interference) =>
    createWorker({
      connection,
      namespace: testTarget().namespace,
      taskQueue,
      activities: disturbed(
        createActivities({
          sources: [settings.source],
          targets: [settings.target],
          mappings: {},
          passwords: { kind: 'none' },
          ...inventory,
        }),
        interfere,
      ),
      shutdownGraceMs: 100,
      shutdownForceMs: 2_000,
    });
  return {
    simulator,
    site,
    aSwitch,
    fuel,
    temporal,
    taskQueue,
    names,
    hosts,
    configuration: configurationText({ simulator, site, aSwitch, fuel, names, taskQueue, all: inventory.hosts }),
    portrait(host) {
      const { machine } = site.machine(host);
      const { device, persistence } = machine.bootOverride;
      const [service] = source.state.nova.services
        .where('host', host)
        .filter(({ binary }) => binary === 'nova-compute');
      return {
        power: machine.power,
        boot: device === 'none' ? 'none' : `${device} ${persistence}`,
        port: aSwitch.vlansOf(machine.settings.switchPort ?? ''),
        service:
          service === undefined
            ? 'gone'
            : `${service.disabled ? 'disabled' : 'enabled'} ${service.disabledReason ?? ''}`.trim(),
      };
    },
    async startWorker(interfere) {
      const worker = await create(interfere);
      return { worker, end: worker.run() };
    },
    async working(body, interfere) {
      return (await create(interfere)).runUntil(body);
    },
    async take(host, change = {}, role = 'compute') {
      const request: TransferRequest = {
        ...names,
        host,
        adminVlan: ADMIN_VLAN,
        policy: transferPolicy({ powerOffTimeoutMs: 5_000, discoveryTimeoutMs: 60_000 }),
        gates: {},
        approved: { 'power-off': { by: 'the test' }, reinstall: { by: 'the test' } },
        ...change,
      };
      return temporal.client.workflow.start<typeof transferHost | typeof decommissionController>(
        role === 'compute' ? 'transferHost' : 'decommissionController',
        { workflowId: transferId(role, names.source, host), taskQueue, args: [request] },
      );
    },
    async close() {
      await temporal.close();
      await connection.close();
      await fuel.close();
      await site.close();
      await aSwitch.close();
      await simulator.close();
    },
  };
}

function macOf(machine: number, nic: number): string {
  return `52:54:00:0a:${machine.toString(16).padStart(2, '0')}:0${nic}`;
}

function bmcSettings(port: number): BmcSettings {
  const password = new Secret('admin');
  return { driver: 'ipmi', address: '127.0.0.1', port, username: 'admin', password, privilege: 'administrator' };
}

function switchSettings({ name, host, port }: SimulatedSwitch, isManual: boolean): SwitchSettings {
  if (isManual) return { driver: 'manual', name };
  return { driver: 'snmp', name, address: host, port, access: { version: '2c', community: new Secret(COMMUNITY) } };
}

interface Configured extends Pick<TakingRun, 'simulator' | 'site' | 'aSwitch' | 'fuel' | 'names' | 'taskQueue'> {
  readonly all: readonly HostSettings[];
}

/** JSON is YAML. */
function configurationText({ simulator, site, aSwitch, fuel, names, taskQueue, all }: Configured): string {
  const login = (name: string) => {
    const { authUrl, credentials } = simulator.cloud(name);
    const { username, password, project } = credentials;
    return { name, auth_url: authUrl, username, password, project };
  };
  return JSON.stringify({
    source: [login(names.source)],
    target: [{ ...login(names.target), fuel_url: fuel.url }],
    hosts: all.map(({ name, role, macs, switchPort }) => ({
      name,
      role,
      macs,
      bmc: {
        driver: 'ipmi',
        address: '127.0.0.1',
        port: site.machine(name).bmc.port,
        username: 'admin',
        password: 'admin',
      },
      switch_port: { switch: switchPort?.switch, port: switchPort?.port },
    })),
    switches: [{ name: aSwitch.name, driver: 'snmp', address: aSwitch.host, port: aSwitch.port, community: COMMUNITY }],
    transfer: { admin_vlan: ADMIN_VLAN, environment: 'mos' },
    temporal: { task_queue: taskQueue, data_task_queue: taskQueue },
  });
}
