import { Clock } from '../../../simulator/clock.ts';
import { Faults } from '../../../simulator/faults.ts';
import type { FuelLink } from '../../../simulator/hardware/fuel-link.ts';
import { type SimulatedFuel, startFuel } from '../../../simulator/index.ts';

export const VERSIONS = ['6.0', '9.2'] as const;
export type Version = (typeof VERSIONS)[number];

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly json: <T>() => T;
}

/** A Fuel with one environment of a controller (1) and a compute (2), and somebody who calls it without our client. */
export interface Nailgun {
  readonly fuel: SimulatedFuel;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly token: string;
  /** First MACs of machines whose disks were wiped. Every machine is always in the system that Fuel wants. */
  readonly wiped: readonly (string | undefined)[];
  call(method: string, path: string, body?: unknown): Promise<Answered>;
  get<T>(path: string): Promise<T>;
  /** What an agent sends from the bootstrap; gives the node's id. */
  discovered(serial?: number, diskBytes?: number): Promise<number>;
  /** Discovered, assigned as compute and deployed. */
  deployed(serial?: number): Promise<number>;
  close(): Promise<void>;
}

export async function nailgun(version: Version): Promise<Nailgun> {
  const clock = new Clock();
  const faults = new Faults(1);
  const nodes = [
    { name: 'ctl-1', roles: ['controller'] },
    { name: 'cmp-1', roles: ['compute'] },
  ];
  const wiped: (string | undefined)[] = [];
  const installed = new Set<string | undefined>();
  const link: FuelLink = {
    systemOf: ([mac]) => (installed.has(mac) ? 'fuel node' : 'bootstrap'),
    hasVlan: () => true,
    onProvisioned: ({ macs: [mac] }) => void installed.add(mac),
    onDeployed: () => undefined,
    onRemoved({ macs: [mac] }) {
      installed.delete(mac);
      wiped.push(mac);
    },
  };
  const fuel = await startFuel({ version, clock, faults, link, environments: [{ name: 'mos', nodes }] });
  const auth = { tenantName: 'admin', passwordCredentials: { username: 'admin', password: 'admin' } };
  const login = await fetch(new URL('/keystone/v2.0/tokens', fuel.url), {
    method: 'POST',
    body: JSON.stringify({ auth }),
  });
  const token = ((await login.json()) as { access: { token: { id: string } } }).access.token.id;
  const call: Nailgun['call'] = async (method, path, body) => {
    const answer = await fetch(new URL(path, fuel.url), {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/json', accept: 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, type, text, json: <T>() => JSON.parse(text) as T };
  };
  const discovered: Nailgun['discovered'] = async (serial = 10, diskBytes = 10 ** 12) => {
    const mac = (nic: number) => `52:54:00:${serial.toString(16).padStart(2, '0')}:00:0${nic}`;
    const interfaces = [0, 1].map((nic) => ({ name: `eth${nic}`, mac: mac(nic), pxe: nic === 0, bus_info: `0${nic}` }));
    const disks = [{ name: 'sda', disk: 'disk/by-path/0', size: diskBytes }];
    const body = { mac: mac(0), ip: `10.20.0.${130 + serial}`, status: 'discover', meta: { interfaces, disks } };
    return (await call('POST', 'nodes', body)).json<{ id: number }>().id;
  };
  return {
    ...{ fuel, clock, faults, token, wiped, call, discovered },
    get: async (path) => (await call('GET', path)).json(),
    async deployed(serial) {
      const id = await discovered(serial);
      await call('POST', 'clusters/1/assignment', [{ id, roles: ['compute'] }]);
      await call('PUT', 'clusters/1/changes');
      clock.advance(60_000);
      return id;
    },
    async close() {
      clock.close();
      await fuel.close();
    },
  };
}
