import { type CloudSettings, DEFAULT_REQUEST_LIMITS } from '../../../config/cloud-settings.ts';
import { Secret } from '../../../config/secret.ts';
import type { Deployment, Provisioner } from '../../../services/provisioner/index.ts';
import { openProvisioner } from '../../../services/provisioner/index.ts';
import { Clock } from '../../../simulator/clock.ts';
import { type SimulatedFuel, startFuel } from '../../../simulator/index.ts';

export const VERSIONS = ['6.0', '9.2'] as const;
export type FuelVersion = (typeof VERSIONS)[number];

/** The environment of the stage. */
export const ENVIRONMENT = '1';
export const COMPUTE = 'cmp-1';
/** Real ones take ten minutes and more; here the agents, which nobody plays, would be offline by then. */
const PHASE_MS = 20_000;

/** The target of a migration as its configuration describes it. */
export function target(fuelUrl: string | undefined, over: Partial<CloudSettings> = {}): CloudSettings {
  return {
    name: 'new',
    role: 'target',
    authUrl: 'http://127.0.0.1:1/v3',
    credentials: { kind: 'token', token: new Secret('unused') },
    scope: { kind: 'default' },
    interface: 'public',
    tls: { verify: true },
    limits: DEFAULT_REQUEST_LIMITS,
    endpointOverrides: {},
    ...(fuelUrl === undefined ? {} : { fuelUrl }),
    ...over,
  };
}

export interface MachineReport {
  readonly macs?: readonly string[];
  readonly ip?: string;
  readonly names?: readonly string[];
  readonly pxe?: number;
  readonly diskMib?: number;
}

export const MACS = ['52:54:00:0A:00:00', '52:54:00:0A:00:01'] as const;

/** A Fuel with an environment of one controller and one compute, whose time stands still until a test moves it. */
export interface FuelStage {
  readonly fuel: SimulatedFuel;
  readonly clock: Clock;
  readonly settings: CloudSettings;
  readonly driver: Provisioner;
  /** What the agent in the bootstrap system sends: as a new machine, or of one that is known. Gives the node's id. */
  boot(report?: MachineReport): Promise<string>;
  /** As somebody else who works with Fuel. */
  call(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }>;
  node(id: string): SimulatedFuel['state']['nodes'][number];
  /** Discovered and assigned as compute. */
  assigned(): Promise<string>;
  deployed(deployment: Deployment): Promise<void>;
  later(ms?: number): void;
  close(): Promise<void>;
}

export async function fuelStage(version: FuelVersion): Promise<FuelStage> {
  const clock = new Clock();
  const fuel = await startFuel({
    clock,
    version,
    durations: { pendingMs: 1_000, provisionMs: PHASE_MS, deployMs: PHASE_MS, verifyMs: 0 },
    environments: [
      {
        name: 'mos',
        nodes: [
          { name: 'ctl-1', roles: ['controller'] },
          { name: COMPUTE, roles: ['compute'] },
        ],
      },
    ],
  });
  const settings = target(fuel.url);
  const driver = openProvisioner(settings);
  let token: string | undefined;
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(new URL(path, fuel.url), {
      method,
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { 'x-auth-token': token }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const call: FuelStage['call'] = async (method, path, body) => {
    if (token === undefined) {
      const auth = { tenantName: 'admin', passwordCredentials: { username: 'admin', password: 'admin' } };
      const { text } = await send('POST', '/keystone/v2.0/tokens', { auth });
      token = (JSON.parse(text) as { access: { token: { id: string } } }).access.token.id;
    }
    return send(method, path, body);
  };
  const node: FuelStage['node'] = (id) => fuel.state.nodes.find((each) => String(each.id) === id)!;
  const boot = async (report: MachineReport = {}) => {
    const body = agentBody(report);
    const made = await send('POST', 'nodes/', body);
    const { text } = made.status === 201 ? made : await send('PUT', 'nodes/agent/', body);
    return String((JSON.parse(text) as { id: number }).id);
  };
  return {
    ...{ fuel, clock, settings, driver, call, node, boot },
    later: (ms = 3 * PHASE_MS) => clock.advance(ms),
    async assigned() {
      const id = await boot();
      await driver.assign(ENVIRONMENT, id, { hostname: 'old-c7', roles: ['compute'] });
      return id;
    },
    async deployed(deployment) {
      for (let looks = 0; looks < 20; looks++) {
        clock.advance(PHASE_MS);
        if ((await driver.progress(deployment)).state === 'done') return;
      }
      throw new Error('never done');
    },
    async close() {
      driver.close();
      await fuel.close();
      clock.close();
    },
  };
}

function agentBody({ macs = MACS, ip = '10.20.0.137', names, pxe = 0, diskMib = 954_000 }: MachineReport) {
  const interfaces = macs.map((mac, index) => ({
    name: names?.[index] ?? `eth${index}`,
    mac,
    pxe: index === pxe,
    bus_info: `0000:0${4 + index}:00.0`,
    ...(index === pxe ? { ip } : {}),
  }));
  const disks = ['sda', 'sdb'].map((name, index) => ({
    name,
    disk: `disk/by-path/new-${index}`,
    size: diskMib * 2 ** 20,
  }));
  return { mac: macs[pxe], ip, status: 'discover', meta: { interfaces, disks } };
}
