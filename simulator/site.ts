import { Bmc } from './hardware/bmc/bmc.ts';
import type { BmcOptions } from './hardware/bmc/users.ts';
import { CloudMember } from './hardware/cloud-member.ts';
import { FuelAgent } from './hardware/fuel-agent.ts';
import type { FuelLink, FuelNode, NodeSystem } from './hardware/fuel-link.ts';
import { Machine, type PxeAnswer } from './hardware/machine.ts';
import type { MachineOptions } from './hardware/machine-options.ts';
import type { RedfishOptions } from './hardware/redfish/options.ts';
import { Redfish } from './hardware/redfish/redfish.ts';
import type { Simulator } from './index.ts';

/** What a switch port carries, as SimulatedSwitch tells it. */
export interface CarriedVlans {
  readonly pvid: number;
  readonly untagged: readonly number[];
  readonly tagged: readonly number[];
}

export interface SiteMachineOptions extends MachineOptions {
  readonly bmc?: BmcOptions & { readonly port?: number };
  /** With these it speaks Redfish as well. */
  readonly redfish?: RedfishOptions & { readonly port?: number };
  /** In Fuel's Admin network; one of 10.20.0.129 to .254 by its place in the list unless told. */
  readonly adminIp?: string;
}

export interface SiteOptions {
  /** Names of simulated clouds: whose hosts the machines are, and whose they become. */
  readonly source: string;
  readonly target: string;
  /** In which Fuel answers PXE. */
  readonly adminVlan: number;
  readonly machines: readonly SiteMachineOptions[];
  /** Of the switch: what a machine's port carries now. */
  readonly vlansOf: (port: string) => CarriedVlans;
  /** From the power cut until Nova calls the host's services down. */
  readonly serviceDownMs?: number;
}

export interface SiteMachine {
  readonly machine: Machine;
  readonly bmc: Bmc;
  readonly redfish: Redfish | undefined;
  /** What Fuel answered to its agent, as `POST 201`. */
  readonly agentAnswers: readonly string[];
}

/** Machines in racks, with their controllers, cables and what runs on them. */
export interface Site {
  readonly machines: readonly SiteMachine[];
  /** Throws when there is none of that name. */
  machine(name: string): SiteMachine;
  /** For the simulated Fuel. */
  readonly fuelLink: FuelLink;
  /** Where agents report to from now on: `http://127.0.0.1:8000/api/v1`. */
  connectFuel(url: string): void;
  close(): Promise<void>;
}

interface Standing extends SiteMachine {
  readonly agent: FuelAgent;
  readonly member: CloudMember;
}

/** Starts the machines of a simulator's clouds, each with a controller on loopback. Throws a ZodError for options without sense. */
export async function startSite(simulator: Simulator, options: SiteOptions): Promise<Site> {
  const { clock } = simulator;
  const standing: Standing[] = [];
  const opened: { close(): Promise<void> }[] = [];
  let fuelUrl: string | undefined;
  const close = async (): Promise<void> => {
    for (const { agent } of standing) agent.close();
    await Promise.all(opened.map((listening) => listening.close()));
  };
  const isInAdminVlan = (machine: Machine): boolean => {
    const port = machine.settings.switchPort;
    if (port === undefined) return false;
    const { pvid, untagged } = options.vlansOf(port);
    // Both ways: what comes in without a tag, and what goes out without one.
    return pvid === options.adminVlan && untagged.includes(options.adminVlan);
  };
  const askPxe = (machine: Machine): PxeAnswer => {
    if (!isInAdminVlan(machine)) return 'no answer';
    return machine.installed === 'fuel node' ? 'own disk' : 'bootstrap';
  };
  const network = { fuelUrl: () => fuelUrl, reachesFuel: isInAdminVlan };
  try {
    for (const [index, { bmc, redfish, adminIp, ...given }] of options.machines.entries()) {
      const machine = new Machine(given, clock, askPxe);
      const agent = new FuelAgent(machine, clock, network, adminIp ?? `10.20.0.${129 + (index % 126)}`);
      const clouds = [simulator.cloud(options.source).state, simulator.cloud(options.target).state] as const;
      const member = new CloudMember(machine, ...clouds, options.serviceDownMs ?? 1000);
      const listening = await Bmc.start(machine, clock, bmc);
      opened.push(listening);
      const web = redfish === undefined ? undefined : await Redfish.start(machine, clock, redfish);
      if (web !== undefined) opened.push(web);
      standing.push({ machine, agent, member, bmc: listening, redfish: web, agentAnswers: agent.answers });
      machine.watch(() => agent.runIn(agentSystem(machine)));
      agent.runIn(agentSystem(machine));
    }
  } catch (error) {
    await close();
    throw error;
  }
  simulator.showMachines(() => standing.map(look));
  const owner = (macs: readonly string[]): Standing | undefined => {
    const wanted = new Set(macs.map((mac) => mac.toLowerCase()));
    return standing.find(({ machine }) => machine.macs.some((mac) => wanted.has(mac.toLowerCase())));
  };
  return {
    machines: standing,
    machine(name) {
      const found = standing.find(({ machine }) => machine.name === name);
      if (found === undefined) throw new Error(`no simulated machine named ${name}`);
      return found;
    },
    fuelLink: linkOf(owner, isInAdminVlan, options.vlansOf),
    connectFuel(url) {
      fuelUrl = url.replace(/\/$/, '');
    },
    close,
  };
}

function linkOf(
  owner: (macs: readonly string[]) => Standing | undefined,
  isInAdminVlan: (machine: Machine) => boolean,
  vlansOf: SiteOptions['vlansOf'],
): FuelLink {
  return {
    systemOf(macs): NodeSystem {
      const machine = owner(macs)?.machine;
      if (machine === undefined || !isInAdminVlan(machine)) return 'nothing';
      return agentSystem(machine) ?? 'nothing';
    },
    hasVlan(mac, vlan) {
      const machine = owner([mac])?.machine;
      const port = machine?.settings.switchPort;
      if (machine === undefined) return false;
      // Only the PXE interface is at a port that somebody looks after; the others are where they belong.
      if (port === undefined || machine.pxeMac.toLowerCase() !== mac.toLowerCase()) return true;
      return vlan === 'untagged' ? isInAdminVlan(machine) : vlansOf(port).tagged.includes(vlan);
    },
    onProvisioned(node: FuelNode) {
      const { machine, member } = owner(node.macs) ?? {};
      member?.leaveTarget();
      machine?.install('fuel node');
      machine?.reset();
    },
    onDeployed(node: FuelNode) {
      owner(node.macs)?.member.joinTarget(node);
    },
    onRemoved(node: FuelNode) {
      const { machine, member } = owner(node.macs) ?? {};
      member?.leaveTarget();
      machine?.install('nothing');
      machine?.reset();
    },
  };
}

function agentSystem({ bootedInto, installed }: Machine): 'bootstrap' | 'fuel node' | undefined {
  if (bootedInto === 'bootstrap') return 'bootstrap';
  return bootedInto === 'disk' && installed === 'fuel node' ? 'fuel node' : undefined;
}

/** For a demonstration, and for whoever asks what has become of a machine. */
function look({ machine, bmc, redfish, agent }: Standing): object {
  const { name, power, bootOverride, bootedInto, installed, starts, settings, macs } = machine;
  const ipmi = { host: bmc.host, port: bmc.port };
  const switchPort = settings.switchPort ?? null;
  const agentAnswers = agent.answers.slice(-5);
  return {
    name,
    power,
    bootOverride,
    bootedInto,
    installed,
    starts,
    macs,
    switchPort,
    ipmi,
    redfish: redfish?.url ?? null,
    agentAnswers,
  };
}
