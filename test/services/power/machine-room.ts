import { type BmcSettings, type HostSettings, Secret } from '../../../config/index.ts';
import type { Bmc } from '../../../simulator/hardware/bmc/bmc.ts';
import type { BmcOptions } from '../../../simulator/hardware/bmc/users.ts';
import type { MachineOptions } from '../../../simulator/hardware/machine-options.ts';
import type { RedfishOptions } from '../../../simulator/hardware/redfish/options.ts';
import type { Redfish } from '../../../simulator/hardware/redfish/redfish.ts';
import { Rack } from '../../simulator/hardware/rack.ts';

export const PASSWORD = 'of-the-bmc';
/** Nobody listens there. */
const NOBODY = 1;

const durations = { powerMs: 30, softOffMs: 60, postMs: 20, bootMs: 20, bootstrapMs: 20 };

/** A simulated machine that reacts within some hundredths of a second. */
export function quickRack(options: Partial<MachineOptions> = {}): Rack {
  return new Rack({ durations, ...options });
}

export function hostWith(bmc: BmcSettings): HostSettings {
  return { name: 'old-1', role: 'compute', macs: ['52:54:00:00:00:01'], bmc };
}

type LanSettings = Extract<BmcSettings, { driver: 'ipmi' | 'ipmitool' }>;
type RedfishSettings = Extract<BmcSettings, { driver: 'redfish' }>;

export async function startBmc(rack: Rack, options: BmcOptions = {}): Promise<Bmc> {
  const users = [
    { name: 'admin', password: PASSWORD },
    { name: 'operator', password: PASSWORD, privilege: 'operator' } as const,
  ];
  return rack.bmc({ users, ...options });
}

export function overIpmi(bmc: Pick<Bmc, 'host' | 'port'>, changes: Partial<LanSettings> = {}): HostSettings {
  return hostWith({
    ...{ driver: 'ipmi', address: bmc.host, port: bmc.port, username: 'admin', password: new Secret(PASSWORD) },
    ...{ privilege: 'administrator', ...changes },
  });
}

export async function startRedfish(rack: Rack, options: RedfishOptions = {}): Promise<Redfish> {
  const users = [
    { name: 'admin', password: PASSWORD },
    { name: 'watcher', password: PASSWORD, role: 'ReadOnly' } as const,
  ];
  return rack.redfish({ users, ...options });
}

export function overRedfish(address: string, changes: Partial<RedfishSettings> = {}): HostSettings {
  return hostWith({
    ...{ driver: 'redfish', address, username: 'admin', password: new Secret(PASSWORD), tls: { verify: true } },
    ...changes,
  });
}

export const nobodyOverIpmi = (bmc: Bmc): HostSettings => overIpmi(bmc, { port: NOBODY });
export const nobodyOverRedfish = (): HostSettings => overRedfish(`http://127.0.0.1:${NOBODY}`);
