import type { Cloud } from '../cloud.ts';
import { reportAgent, silenceAgents } from '../neutron/agents.ts';
import type { Provider } from '../placement-state.ts';
import type { Hypervisor } from './state.ts';

/** How often a nova-compute tells Placement what it has (`update_resources_interval`). */
const REPORT_MS = 60_000;

export interface ComputeHost extends Partial<Pick<Hypervisor, 'name' | 'vcpus' | 'memoryMb' | 'localGb' | 'hostIp'>> {
  readonly host: string;
}

/**
 * A machine's nova-compute and network agent come up. Those that the cloud knows are up again; those that it has forgotten, or never knew,
 * register themselves, and with another id than before. As on the real Nova, a provider of that name that stayed in Placement is in the way
 * of the new one: the host then has a provider that is not its own.
 */
export function startCompute(cloud: Cloud, { host, ...given }: ComputeHost): void {
  const { nova, placement, random } = cloud;
  nova.running.add(host);
  const service = nova.services.where('host', host).find(({ binary }) => binary === 'nova-compute');
  if (service !== undefined) nova.services.change(service, { up: true });
  else addService(cloud, 'nova-compute', host, 'nova');
  const size = { vcpus: given.vcpus ?? 64, memoryMb: given.memoryMb ?? 131_072, localGb: given.localGb ?? 4096 };
  if (nova.hypervisors.where('host', host).length === 0) {
    const number = 1 + Math.max(0, ...nova.hypervisors.all().map((row) => row.number));
    const name = given.name === undefined ? {} : { name: given.name };
    const hostIp = given.hostIp ?? `192.0.2.${(number % 250) + 1}`;
    const known = placement.providers.where('name', given.name ?? host)[0];
    const id = known?.isOrphan === true ? known.id : random.uuid();
    nova.hypervisors.add({ id, number, host, ...name, hostIp, ...size });
    if (known === undefined) placement.providers.add({ id, name: given.name ?? host, host, ...size });
  }
  // It removes what was evacuated from it, and gives back what that had.
  for (const row of nova.migrations.filter(({ type, status, source }) => isEvacuated(type, status) && source === host))
    nova.migrations.change(row, { status: 'completed', updatedAt: cloud.clock.now() });
  reportAgent(cloud, host, 'Open vSwitch agent');
}

const isEvacuated = (type: string, status: string): boolean => type === 'evacuation' && status === 'done';

/** The machine is off, or its network is gone: nobody reports from it any more. */
export function stopCompute(cloud: Cloud, host: string): void {
  cloud.nova.running.delete(host);
  for (const row of cloud.nova.services.where('host', host)) cloud.nova.services.change(row, { up: false });
  silenceAgents(cloud, host);
}

/**
 * A nova-compute that runs and whose service is deleted does not come back before it is started anew; but with its next report it makes
 * another provider of its name, which nobody takes away. So it was seen on Nova 26.
 */
export function forgetRunning(cloud: Cloud, { id: _, ...provider }: Provider): void {
  cloud.clock.after(REPORT_MS, () => {
    const { providers } = cloud.placement;
    if (!cloud.nova.running.has(provider.host) || providers.where('name', provider.name).length > 0) return;
    providers.add({ ...provider, id: cloud.random.uuid(), isOrphan: true });
  });
}

export function addService(cloud: Cloud, binary: string, host: string, zone: string): void {
  const { services } = cloud.nova;
  const number = 1 + Math.max(0, ...services.all().map((row) => row.number));
  const state = { disabled: false, disabledReason: null, forcedDown: false, up: true };
  services.add({ id: cloud.random.uuid(), number, binary, host, zone, ...state });
}
