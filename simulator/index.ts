import { bootstrap, registerEndpoints } from './bootstrap.ts';
import { cinder } from './cinder/api.ts';
import { Clock } from './clock.ts';
import { Cloud } from './cloud.ts';
import { type Control, listenForControl } from './control.ts';
import { type FaultRule, Faults } from './faults.ts';
import { glance } from './glance/api.ts';
import { type Listener, listen } from './http/listener.ts';
import type { Service } from './http/service.ts';
import { keystone } from './keystone/api.ts';
import { neutron } from './neutron/api.ts';
import { nova } from './nova/api.ts';
import type { CloudOptions } from './options.ts';
import { placement } from './placement.ts';
import { RequestLog } from './request-log.ts';

export type { Cloud } from './cloud.ts';
export type { FaultRule } from './faults.ts';
export { type SimulatedFuel, startFuel } from './fuel/fuel.ts';
export { type SimulatedSwitch, startSwitch } from './hardware/switch/index.ts';
export type { CloudOptions } from './options.ts';
export { generate } from './scenario/generate.ts';
export { fillFrom, type PlainScenario, plainScenario } from './scenario/plain-scenario.ts';
export { populate } from './scenario/populate.ts';
export type { Population } from './scenario/population-schema.ts';
export { loadScenario, parseScenario, type Scenario, ScenarioError } from './scenario/scenario.ts';
export { PopulationError } from './scenario/tenant-context.ts';
export { type Site, startSite } from './site.ts';

export interface SimulatorOptions {
  readonly clouds: readonly CloudOptions[];
  readonly host?: string;
  /** Of the first cloud; the next ones follow it. 0, the default: free ports. */
  readonly port?: number;
  /** Where faults are set over HTTP. Without it there is no control port. */
  readonly controlPort?: number;
  readonly seed?: string | number;
  readonly faults?: readonly FaultRule[];
  /** Fills the clouds before they listen. */
  readonly fill?: (cloud: Cloud) => void;
}

export interface SimulatedCloud {
  readonly name: string;
  /** For `auth_url`: with the version that the cloud speaks. */
  readonly authUrl: string;
  /** Identity v2.0's admin API, where there is one. */
  readonly adminUrl: string | undefined;
  readonly credentials: { readonly username: string; readonly password: string; readonly project: string };
  /** The cloud itself: tests may look and change. */
  readonly state: Cloud;
}

export interface Simulator {
  readonly clouds: readonly SimulatedCloud[];
  cloud(name: string): SimulatedCloud;
  /** Time of all clouds: `clock.advance(ms)` moves it. */
  readonly clock: Clock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly controlUrl: string | undefined;
  /** What `/_sim/machines` of the control port shows, asked each time. */
  showMachines(machines: () => readonly object[]): void;
  close(): Promise<void>;
}

/** Starts clouds that answer over HTTP on loopback until `close()`. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const seed = options.seed ?? 1;
  const host = options.host ?? '127.0.0.1';
  const clock = new Clock();
  const faults = new Faults(seed);
  for (const rule of options.faults ?? []) faults.add(rule);
  const requests = new RequestLog();
  const listeners: Listener[] = [];
  let control: Control | undefined;
  let machines: () => readonly object[] = () => [];
  const close = async (): Promise<void> => {
    clock.close();
    await Promise.all([...listeners.map((listener) => listener.close()), control?.close()]);
  };
  try {
    const clouds: SimulatedCloud[] = [];
    let port = options.port ?? 0;
    for (const given of options.clouds) {
      const state = new Cloud(given, seed, clock);
      bootstrap(state);
      const started = await listenForCloud(state, { host, port }, { faults, log: requests });
      listeners.push(...started);
      if (port !== 0) port += started.length;
      registerEndpoints(state);
      options.fill?.(state);
      clouds.push(describe(state));
    }
    if (options.controlPort !== undefined) {
      const controlled = { clouds, faults, requests, clock, machines: () => machines() };
      control = await listenForControl({ host, port: options.controlPort }, controlled);
    }
    return {
      clouds,
      cloud(name) {
        const found = clouds.find((cloud) => cloud.name === name);
        if (found === undefined) throw new Error(`no simulated cloud named ${name}`);
        return found;
      },
      clock,
      faults,
      requests,
      controlUrl: control?.url,
      showMachines(shown) {
        machines = shown;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listenForCloud(
  cloud: Cloud,
  where: { readonly host: string; readonly port: number },
  watch: { readonly faults: Faults; readonly log: RequestLog },
): Promise<Listener[]> {
  const services: Service[] = [keystone(cloud, 'public'), nova(cloud)];
  if (cloud.has('network')) services.push(neutron(cloud));
  if (cloud.has('image')) services.push(glance(cloud));
  if (cloud.has('volume')) services.push(cinder(cloud));
  if (cloud.has('placement')) services.push(placement(cloud));
  const listener = await listen(cloud, services, { ...where, admin: false }, watch);
  cloud.publicUrl = listener.url;
  cloud.adminUrl = listener.url;
  if (cloud.settings.identity === 'v3') return [listener];
  const port = where.port === 0 ? 0 : where.port + 1;
  const admin = await listen(cloud, [keystone(cloud, 'admin')], { ...where, port, admin: true }, watch);
  cloud.adminUrl = admin.url;
  return [listener, admin];
}

function describe(state: Cloud): SimulatedCloud {
  const { settings } = state;
  const v2 = settings.identity === 'v2.0';
  return {
    name: state.name,
    authUrl: `${state.publicUrl}/identity/${v2 ? 'v2.0' : 'v3'}`,
    adminUrl: settings.identity === 'v3' ? undefined : `${state.adminUrl}/identity/v2.0`,
    credentials: { username: settings.adminUser, password: settings.adminPassword, project: settings.adminProject },
    state,
  };
}
