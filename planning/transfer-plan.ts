import { limitText } from './quantities.ts';
import type { TransferPolicy } from './transfer-policy.ts';

type PowerDriverName = 'ipmi' | 'redfish' | 'ipmitool' | 'command';
type SwitchDriverName = 'snmp' | 'command' | 'manual';

/** What was found of a machine, in words; or why it could not be. */
export interface MachineState {
  readonly host: string;
  readonly source: string;
  readonly target: string;
  readonly role: 'compute' | 'controller';
  /** Absent where the machine runs no nova-compute. */
  readonly service?: string;
  /** What is left of it in the source: agents, provider, aggregates. */
  readonly belongings: string;
  readonly power: {
    readonly driver: PowerDriverName;
    readonly address: string;
    readonly state: string;
    readonly boot: string;
    /** How it is to boot PXE, where that is told. */
    readonly firmware?: 'bios' | 'uefi';
  };
  /** Absent: no port is touched. */
  readonly port?: {
    readonly driver: SwitchDriverName;
    readonly place: string;
    readonly vlans: string;
    readonly adminVlan: number;
  };
  readonly provisioner: {
    /** As `Fuel 9.2`. */
    readonly version: string;
    readonly environment: { readonly id: string; readonly name: string };
    /** Records with a MAC of the machine. */
    readonly known: string;
  };
}

/** A call that a transfer would make, or a gate that it would wait at. */
export interface TransferCall {
  readonly order: number;
  /** What is called: `nova of old`, `ipmi 10.30.0.7`, `snmp leaf-1`, `Fuel 9.2`; of a gate `gate`. */
  readonly where: string;
  readonly call: string;
  readonly present: string;
  readonly future: string;
}

const NOTHING = '';

const POWER_CALLS: Readonly<Record<PowerDriverName, Readonly<Record<'off' | 'on' | 'pxe', string>>>> = {
  ipmi: {
    off: 'Chassis Control: soft shutdown, then power down',
    on: 'Chassis Control: power up',
    pxe: 'Set System Boot Options: force PXE, next boot only',
  },
  redfish: {
    off: 'POST ComputerSystem.Reset: GracefulShutdown, then ForceOff',
    on: 'POST ComputerSystem.Reset: On',
    pxe: 'PATCH Systems: Boot override Pxe, Once',
  },
  ipmitool: {
    off: 'ipmitool chassis power soft, then off',
    on: 'ipmitool chassis power on',
    pxe: 'ipmitool chassis bootdev pxe',
  },
  command: { off: 'PROGRAM soft, then off', on: 'PROGRAM on', pxe: 'PROGRAM boot-set pxe once' },
};

const SWITCH_CALLS: Readonly<Record<SwitchDriverName, string>> = {
  snmp: 'SET dot1qVlanStaticEgressPorts, dot1qVlanStaticUntaggedPorts, dot1qPvid',
  command: 'PROGRAM set PORT',
  manual: 'gate switch-port: a person wires it',
};

/** Every call of a transfer in order, with the present and the future value of what it changes. */
export function transferCalls(machine: MachineState, policy: TransferPolicy): readonly TransferCall[] {
  const { host, target } = machine;
  const { driver, address, state, boot, firmware } = machine.power;
  const bmc = `${driver} ${address}`;
  const calls = POWER_CALLS[driver];
  const roles = machine.role === 'controller' ? policy.controllerRoles : policy.roles;
  return numbered([
    ...disabling(machine),
    gate('power-off'),
    [bmc, calls.off, state, `off (cut off after ${limitText(policy.powerOffTimeoutMs)})`],
    ...silence(machine, policy),
    ...wiring(machine, (adminVlan) => `untagged ${adminVlan}, no other VLAN`),
    [bmc, calls.pxe, boot, `pxe once${firmware === undefined ? '' : ` (${firmware})`}`],
    gate('reinstall'),
    [bmc, calls.on, 'off', 'on'],
    ...installing(machine, policy, roles),
    ...(machine.role === 'controller'
      ? []
      : ([
          [
            `nova of ${target}`,
            'GET os-hypervisors',
            NOTHING,
            `${host} up and enabled, within ${limitText(policy.hypervisorTimeoutMs)}`,
          ],
        ] as const)),
    [`nova, neutron, placement of ${machine.source}`, 'DELETE what is left of it', machine.belongings, 'gone'],
  ]);
}

type Call = readonly [where: string, call: string, present: string, future: string];

function numbered(calls: readonly Call[]): readonly TransferCall[] {
  return calls.map(([where, call, present, future], index) => ({ order: index + 1, where, call, present, future }));
}

function gate(name: string): Call {
  return ['gate', name, NOTHING, 'approved by a person'];
}

function disabling({ service, source }: MachineState): readonly Call[] {
  if (service === undefined) return [];
  return [[`nova of ${source}`, 'PUT os-services: disable, with the run as reason', service, 'disabled']];
}

function silence({ role, source, host }: MachineState, { silenceTimeoutMs }: TransferPolicy): readonly Call[] {
  if (role !== 'compute') return [];
  return [
    [
      `nova of ${source}`,
      'GET os-services, until it is down',
      NOTHING,
      `${host} silent, within ${limitText(silenceTimeoutMs)}`,
    ],
  ];
}

function wiring({ port }: MachineState, future: (adminVlan: number) => string): readonly Call[] {
  if (port === undefined) return [];
  return [[`${port.driver} ${port.place}`, SWITCH_CALLS[port.driver], port.vlans, future(port.adminVlan)]];
}

function installing(machine: MachineState, policy: TransferPolicy, roles: readonly string[]): readonly Call[] {
  const { version, environment, known } = machine.provisioner;
  const { id, name } = environment;
  const short = machine.host.split('.')[0] ?? machine.host;
  const rewired = wiring(machine, (adminVlan) => `untagged ${adminVlan}, tagged as its networks need`);
  return [
    [version, 'GET nodes, until one has its MACs', known, `discovered, within ${limitText(policy.discoveryTimeoutMs)}`],
    ...(policy.keepHostname ? ([[version, 'PUT nodes: hostname', NOTHING, short]] as const) : []),
    [version, `POST clusters/${id}/assignment`, NOTHING, `${roles.join(', ')} of ${name}`],
    [version, 'PUT nodes/N/interfaces, nodes/N/disks', NOTHING, layoutText(policy)],
    ...rewired.map(([where, call, , future]): Call => [where, call, `untagged ${machine.port?.adminVlan}`, future]),
    ...(policy.verifyNetworks
      ? ([[version, `PUT clusters/${id}/network_configuration/…/verify`, NOTHING, 'all VLANs seen']] as const)
      : []),
    [
      version,
      `PUT clusters/${id}: deploy this node only`,
      NOTHING,
      `ready, within ${limitText(policy.deploymentTimeoutMs)}`,
    ],
  ];
}

function layoutText({ layout }: TransferPolicy): string {
  switch (layout.kind) {
    case 'copied':
      return layout.from === undefined ? 'as of a node with the same roles' : `as of ${layout.from}`;
    case 'fixed':
      return 'as the configuration says';
    case 'default':
      return "the provisioner's own";
    default:
      return layout satisfies never;
  }
}
