import type { HostSettings } from '../../../config/index.ts';
import { finalizeCommands } from '../../../planning/finalize-command.ts';
import type { MachineState } from '../../../planning/transfer-plan.ts';
import type { TransferPolicy } from '../../../planning/transfer-policy.ts';
import { controllerFacts } from '../../../resources/hosts/controller.ts';
import { type HostFacts, hostFacts } from '../../../resources/hosts/host-facts.ts';
import type { Cloud } from '../../../services/openstack/index.ts';
import { openPower, type PowerDriver } from '../../../services/power/index.ts';
import { openProvisioner } from '../../../services/provisioner/index.ts';
import { openSwitch, type PortVlans } from '../../../services/switch/index.ts';
import type { Context } from '../command.ts';
import { look } from '../look.ts';
import type { CloudPair } from '../plan/cloud-pair.ts';
import { asMachine } from './transfer-choice.ts';

/** How a machine is, and what stands in the way of taking it; `unread`: what could not be looked at, and why. */
export interface ReadMachine {
  readonly state: MachineState;
  readonly obstacles: readonly string[];
  readonly warnings: readonly string[];
  readonly unread: readonly string[];
}

const UNKNOWN = 'unknown';

/** Looks at everything that a transfer touches, each by itself: what does not answer hides nothing else. Changes nothing. */
export async function readMachine(
  host: HostSettings,
  role: HostSettings['role'],
  pair: CloudPair,
  policy: TransferPolicy,
  context: Context,
): Promise<ReadMachine> {
  const unread: string[] = [];
  const orUndefined = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      unread.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const inSource = await orUndefined(() => readSource(host, role, pair, context));
  const power = await orUndefined(() => readPower(host));
  const port = await readPort(host, pair, orUndefined);
  const provisioner = await orUndefined(() => readProvisioner(host, role, pair, policy));
  return {
    state: {
      host: host.name,
      source: pair.source.name,
      target: pair.target.name,
      role,
      ...(inSource?.service === undefined ? {} : { service: inSource.service }),
      belongings: inSource?.belongings ?? UNKNOWN,
      power: {
        driver: host.bmc?.driver ?? 'command',
        address: addressOf(host),
        state: power?.state ?? UNKNOWN,
        boot: power?.boot ?? UNKNOWN,
        ...(host.bmc?.firmware === undefined ? {} : { firmware: host.bmc.firmware }),
      },
      ...(port === undefined ? {} : { port }),
      provisioner: {
        version: provisioner?.version ?? 'provisioner',
        environment: provisioner?.environment ?? { id: UNKNOWN, name: policy.environment ?? UNKNOWN },
        known: provisioner?.known ?? UNKNOWN,
      },
    },
    obstacles: [...(inSource?.obstacles ?? []), ...(provisioner?.obstacles ?? [])],
    warnings: [...(inSource?.warnings ?? []), ...(provisioner?.warnings ?? [])],
    unread,
  };
}

interface SourceState {
  readonly service?: string;
  readonly belongings: string;
  readonly obstacles: readonly string[];
  readonly warnings: readonly string[];
}

function readSource(
  { name }: HostSettings,
  role: HostSettings['role'],
  { source, target }: CloudPair,
  context: Context,
): Promise<SourceState> {
  // The target is asked by clouds that do not say themselves what was moved from them.
  const facts = (cloud: Cloud) => look(target, context, (reader) => hostFacts(cloud, name, reader.cloud));
  return look(source, context, async ({ cloud }) => {
    if (role === 'compute') return ofCompute(await facts(cloud));
    const { services, computes, instanceCount, remaining } = await controllerFacts(cloud, name);
    const others = Object.entries(remaining).map(([kind, count]) => `${kind} on ${count} others`);
    const compute = services.includes('nova-compute') ? ofCompute(await facts(cloud)) : undefined;
    return {
      ...(compute?.service === undefined ? {} : { service: compute.service }),
      belongings: services.join(', '),
      obstacles: compute?.obstacles ?? [],
      warnings: [
        `of what it runs there is besides: ${others.join(', ') || 'nothing'}`,
        ...(instanceCount === 0 ? [] : [`${source.name} has ${instanceCount} instances`]),
        ...(computes.length === 0 ? [] : [`${source.name} has enabled compute hosts: ${computes.join(', ')}`]),
      ],
    };
  });
}

function ofCompute(facts: HostFacts): SourceState {
  const { host, service, agents, aggregates, hypervisor } = facts;
  return {
    service: `${service.status}, ${service.state}`,
    belongings: [
      `nova-compute`,
      `provider ${hypervisor}`,
      ...agents,
      ...aggregates.map((name) => `in aggregate ${name}`),
    ].join(', '),
    obstacles: inTheWay(facts),
    warnings: facts.allocations.map((allocation) => `Placement still counts on ${host}: ${allocation}`),
  };
}

function inTheWay({
  host,
  instances,
  instanceCount,
  movedCount,
  movedTenants,
  migrations,
}: HostFacts): readonly string[] {
  const inUse = instances
    .filter(({ movedTo }) => movedTo === undefined)
    .map(({ id, name, status }) => `${name || id} ${status}`);
  const moved = instances.filter(({ movedTo }) => movedTo !== undefined).map(({ id, name }) => name || id);
  return [
    ...(instanceCount > movedCount
      ? [
          `${host} is not empty: ${inUse.join(', ')}; empty it with: pump-cloud evacuate ${host}, or: pump-nova instances ${host}`,
        ]
      : []),
    ...(movedCount > 0
      ? [`moved and left on ${host}: ${moved.join(', ')}; delete with: ${finalizeCommands(movedTenants)}`]
      : []),
    ...migrations.map((migration) => `${host}: ${migration}`),
  ];
}

async function readPower(host: HostSettings): Promise<{ readonly state: string; readonly boot: string }> {
  const driver: PowerDriver = openPower(host);
  try {
    const state = await driver.powerState();
    const { source, persistence } = await driver.bootOverride();
    return { state, boot: source === 'none' ? "the firmware's own order" : `${source} ${persistence}` };
  } finally {
    driver.close();
  }
}

async function readPort(
  host: HostSettings,
  pair: CloudPair,
  orUndefined: <T>(read: () => Promise<T>) => Promise<T | undefined>,
): Promise<MachineState['port']> {
  const { adminVlan } = asMachine(host, pair);
  const settings = pair.configuration.switches.find(({ name }) => name === host.switchPort?.switch);
  if (host.switchPort === undefined || settings === undefined || adminVlan === undefined) return undefined;
  const { port } = host.switchPort;
  const read = async () => {
    const driver = openSwitch(settings);
    try {
      return driver === undefined ? undefined : await driver.portVlans(port);
    } finally {
      driver?.close();
    }
  };
  const vlans = await orUndefined(read);
  const words = settings.driver === 'manual' ? 'wired by hand' : UNKNOWN;
  return {
    driver: settings.driver,
    place: `${settings.name} ${port}`,
    vlans: vlans === undefined ? words : vlansText(vlans),
    adminVlan,
  };
}

function vlansText({ untagged, tagged }: PortVlans): string {
  return [
    `untagged ${untagged.join(', ') || 'none'}`,
    ...(tagged.length === 0 ? [] : [`tagged ${tagged.join(', ')}`]),
  ].join(', ');
}

async function readProvisioner(
  { name, macs }: HostSettings,
  role: HostSettings['role'],
  { target }: CloudPair,
  policy: TransferPolicy,
) {
  const provisioner = openProvisioner(target);
  try {
    const version = await provisioner.version();
    const environment = await provisioner.environment(policy.environment);
    const known = await provisioner.nodesByMac(macs);
    const roles = role === 'controller' ? policy.controllerRoles : policy.roles;
    const { obstacles, warnings } = await provisioner.readiness(environment.id, roles, { layout: policy.layout });
    const taken = known.filter(({ environmentId }) => environmentId !== undefined);
    return {
      version,
      environment,
      known: known.length === 0 ? 'none has' : known.map((node) => `node ${node.id} ${node.status}`).join(', '),
      obstacles: [
        ...obstacles,
        ...taken.map(
          (node) => `node ${node.id} (${node.name}) has the MACs of ${name} and belongs to an environment already`,
        ),
      ],
      warnings,
    };
  } finally {
    provisioner.close();
  }
}

function addressOf({ bmc }: HostSettings): string {
  if (bmc === undefined) return '';
  return bmc.driver === 'command' ? (bmc.command[0] ?? '') : bmc.address;
}
