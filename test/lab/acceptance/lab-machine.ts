import { Clock } from '../../../simulator/clock.ts';
import { FuelAgent } from '../../../simulator/hardware/fuel-agent.ts';
import type { FuelLink } from '../../../simulator/hardware/fuel-link.ts';
import { Machine } from '../../../simulator/hardware/machine.ts';
import { type SimulatedFuel, startFuel } from '../../../simulator/index.ts';
import { type IpmiSim, startIpmiSim } from '../bmc-process.ts';
import { startCompute, stopCompute } from '../lab-processes.ts';
import { type Snmpd, startSnmpd } from '../snmpd-process.ts';

export const ADMIN_VLAN = 100;
export const COMMUNITY = 'private-community';
export const BMC_PASSWORD = 'lab-machine-pass';
const BEFORE = { pvid: 10, untagged: [10], tagged: [101] } as const;
const PORT = 'Gi1/0/7';
const LOOK_EVERY_MS = 100;

/**
 * A compute host of the lab's source on a machine: its controller is OpenIPMI's ipmi_sim, its port one of net-snmp's agent, and what runs
 * on it is a real nova-compute, the source's until it is installed, then the target's. Firmware, disk and Fuel are the simulator's.
 */
export interface LabMachine {
  readonly host: string;
  /** As Fuel names it, and nova-compute of the target after it. */
  readonly fqdn: string;
  readonly macs: readonly string[];
  readonly bmc: IpmiSim;
  readonly snmpd: Snmpd;
  readonly fuel: SimulatedFuel;
  readonly port: string;
  /** What every start has come to. */
  readonly starts: readonly string[];
  vlans(): { readonly pvid: number; readonly untagged: readonly number[]; readonly tagged: readonly number[] };
  /** Until what was begun with the processes of the clouds has ended. Throws what went wrong with them. */
  settled(): Promise<void>;
  /** Switches off, and lets go of everything. */
  close(): Promise<void>;
}

export async function startLabMachine(host: string): Promise<LabMachine> {
  const fqdn = `${host}.domain.tld`;
  const clock = new Clock();
  const bmc = await startIpmiSim(BMC_PASSWORD);
  const snmpd = await startSnmpd(
    {
      vlans: [1, 10, ADMIN_VLAN, 101, 102, 1000, 1001, 1002, 1003],
      ports: [{ name: PORT, ifIndex: 10107, bridgePort: 7, alias: host, ...BEFORE }],
      bitmapBytes: 8,
    },
    COMMUNITY,
  );
  const vlans = () => {
    const { pvid, untagged, tagged } = snmpd.load().ports[0]!;
    return { pvid, untagged, tagged };
  };
  const isInAdminVlan = () => vlans().pvid === ADMIN_VLAN && vlans().untagged.includes(ADMIN_VLAN);
  const interfaces = { eth0: '52:54:00:1a:b0:00', eth1: '52:54:00:1a:b0:01' };
  const durations = { powerMs: 50, postMs: 200, bootMs: 200, bootstrapMs: 500 };
  const machine = new Machine({ name: host, interfaces, switchPort: PORT, durations }, clock, ({ installed }) => {
    if (!isInAdminVlan()) return 'no answer';
    return installed === 'fuel node' ? 'own disk' : 'bootstrap';
  });

  const computes = new Computes(host, fqdn);
  let isDeployed = false;
  const run = () => {
    const { bootedInto, installed } = machine;
    const isOld = bootedInto === 'disk' && installed === 'old cloud';
    const isNew = bootedInto === 'disk' && installed === 'fuel node';
    if (isOld) computes.want('source');
    else computes.want(isNew && isDeployed ? 'target' : undefined);
    agent.runIn(bootedInto === 'bootstrap' ? 'bootstrap' : isNew ? 'fuel node' : undefined);
  };
  const link: FuelLink = {
    systemOf: () => {
      if (!isInAdminVlan()) return 'nothing';
      if (machine.bootedInto === 'bootstrap') return 'bootstrap';
      return machine.bootedInto === 'disk' && machine.installed === 'fuel node' ? 'fuel node' : 'nothing';
    },
    hasVlan: (mac, vlan) => {
      if (mac.toLowerCase() !== machine.pxeMac) return true;
      return vlan === 'untagged' ? isInAdminVlan() : vlans().tagged.includes(vlan);
    },
    onProvisioned: () => {
      machine.install('fuel node');
      machine.reset();
    },
    onDeployed: () => {
      isDeployed = true;
      run();
    },
    onRemoved: () => {
      machine.install('nothing');
      machine.reset();
    },
  };
  const fuel = await startFuel({
    clock,
    link,
    environments: [
      {
        name: 'mos',
        nodes: [
          { name: 'ctl-1', roles: ['controller'] },
          { name: 'cmp-1', roles: ['compute'] },
        ],
      },
    ],
  });
  const api = fuel.url.replace(/\/$/, '');
  const agent = new FuelAgent(machine, clock, { fuelUrl: () => api, reachesFuel: isInAdminVlan }, '10.20.0.129');
  machine.watch(run);
  run();

  // ipmi_sim keeps power and boot device for the machine: a wish of its user's is seen by looking.
  const looking = setInterval(() => {
    const isOn = bmc.get('power') === '1';
    if (isOn === (machine.power === 'on')) return;
    if (!isOn) return machine.powerOff('hard');
    if (bmc.get('boot') === 'pxe') {
      machine.setBootOverride({ device: 'pxe', persistence: 'once', firmware: 'bios' });
      bmc.set('boot', 'default');
    }
    machine.powerOn();
  }, LOOK_EVERY_MS);

  return {
    host,
    fqdn,
    macs: machine.macs,
    bmc,
    snmpd,
    fuel,
    port: PORT,
    starts: machine.starts,
    vlans,
    settled: () => computes.settled(),
    async close() {
      clearInterval(looking);
      machine.watch(() => undefined);
      agent.close();
      computes.want(undefined);
      await Promise.all([computes.settled(), fuel.close(), snmpd.stop(), bmc.stop()]);
    },
  };
}

/** Which of the two nova-computes runs, one change after the other. */
class Computes {
  readonly #host: string;
  readonly #fqdn: string;
  #wanted: 'source' | 'target' | undefined;
  #running: 'source' | 'target' | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(host: string, fqdn: string) {
    this.#host = host;
    this.#fqdn = fqdn;
  }

  want(cloud: 'source' | 'target' | undefined): void {
    if (cloud === this.#wanted) return;
    this.#wanted = cloud;
    this.#work = this.#work.then(() => this.#change());
    // Told by `settled`.
    this.#work.catch(() => undefined);
  }

  settled(): Promise<void> {
    return this.#work;
  }

  async #change(): Promise<void> {
    if (this.#running === this.#wanted) return;
    const name = (cloud: 'source' | 'target') => (cloud === 'source' ? this.#host : this.#fqdn);
    if (this.#running !== undefined) await stopCompute(this.#running, name(this.#running));
    this.#running = this.#wanted;
    if (this.#running !== undefined) await startCompute(this.#running, name(this.#running));
  }
}
