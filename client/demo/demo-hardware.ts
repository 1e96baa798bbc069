import {
  type SimulatedFuel,
  type SimulatedSwitch,
  type Simulator,
  type Site,
  startFuel,
  startSite,
  startSwitch,
} from '../../simulator/index.ts';

const ADMIN_VLAN = 100;
/** Where the hosts of the source are. */
const CLOUD_VLAN = 10;
const COMMUNITY = 'demo-write';

/** The machines under the source's compute hosts, a switch between them, and the Fuel of the target. */
export interface DemoHardware {
  /** Sections of `pumphouse.yaml` that lead to it. */
  readonly sections: {
    readonly hosts: readonly object[];
    readonly switches: readonly object[];
    readonly transfer: object;
  };
  readonly fuelUrl: string;
  readonly hosts: readonly string[];
  close(): Promise<void>;
}

export async function startDemoHardware(simulator: Simulator, source: string, target: string): Promise<DemoHardware> {
  const services = simulator.cloud(source).state.nova.services.all();
  const hosts = services.filter(({ binary }) => binary === 'nova-compute').map(({ host }) => host);
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const each of opened.reverse()) await each.close();
  };
  try {
    const aSwitch = await startDemoSwitch(hosts);
    opened.push(aSwitch);
    const site = await startSite(simulator, {
      source,
      target,
      adminVlan: ADMIN_VLAN,
      vlansOf: (port) => aSwitch.vlansOf(port),
      machines: hosts.map((name, index) => ({ name, interfaces: interfacesOf(index), switchPort: portOf(index) })),
    });
    opened.push(site);
    const fuel = await startDemoFuel(simulator, site, target);
    opened.push(fuel);
    return { sections: sectionsFor(hosts, site, aSwitch, target), fuelUrl: fuel.url, hosts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function startDemoSwitch(hosts: readonly string[]): Promise<SimulatedSwitch> {
  return startSwitch({
    name: 'leaf-1',
    community: COMMUNITY,
    vlans: [CLOUD_VLAN, ADMIN_VLAN, 101, 102, 1000, 1001, 1002, 1003],
    ports: hosts.map((host, index) => ({
      name: portOf(index),
      alias: host,
      ifIndex: 1001 + index,
      bridgePort: 1 + index,
      pvid: CLOUD_VLAN,
      untagged: [CLOUD_VLAN],
    })),
  });
}

/** With the environment that the target runs in: what is deployed there already is the pattern for what comes. */
async function startDemoFuel({ clock, faults }: Simulator, site: Site, target: string): Promise<SimulatedFuel> {
  const nodes = [
    { name: 'node-1', roles: ['controller'] },
    { name: 'node-2', roles: ['compute'] },
  ];
  const environments = [{ name: target, nodes }];
  const fuel = await startFuel({ version: '9.2', clock, faults, link: site.fuelLink, environments });
  site.connectFuel(fuel.url.replace(/\/$/, ''));
  return fuel;
}

function sectionsFor(
  hosts: readonly string[],
  site: Site,
  aSwitch: SimulatedSwitch,
  environment: string,
): DemoHardware['sections'] {
  return {
    hosts: hosts.map((name, index) => {
      const { host: address, port } = site.machine(name).bmc;
      return {
        name,
        bmc: { driver: 'ipmi', address, port, username: 'admin', password: 'admin' },
        macs: Object.values(interfacesOf(index)),
        switch_port: { switch: aSwitch.name, port: portOf(index) },
      };
    }),
    switches: [{ name: aSwitch.name, driver: 'snmp', address: aSwitch.host, port: aSwitch.port, community: COMMUNITY }],
    transfer: { environment, admin_vlan: ADMIN_VLAN },
  };
}

function portOf(index: number): string {
  return `Ethernet${index + 1}`;
}

function interfacesOf(index: number): Readonly<Record<string, string>> {
  const mac = (nic: number) => `52:54:00:de:0${index}:0${nic}`;
  return { eth0: mac(0), eth1: mac(1) };
}
