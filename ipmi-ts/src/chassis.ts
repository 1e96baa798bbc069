import { IpmiProtocolError } from './errors.ts';
import { type Command, NET_FN } from './message.ts';

/** What happens when power returns to the rack. */
export type PowerRestorePolicy = 'stay-off' | 'as-it-was' | 'power-up' | 'unknown';

/** Get Chassis Status, IPMI v2.0 section 28.2. */
export interface ChassisStatus {
  readonly power: 'on' | 'off';
  readonly powerOverload: boolean;
  /** A cover is open. */
  readonly interlock: boolean;
  readonly powerFault: boolean;
  /** The controller could not switch it. */
  readonly powerControlFault: boolean;
  readonly restorePolicy: PowerRestorePolicy;
  readonly intrusion: boolean;
  readonly driveFault: boolean;
  readonly coolingFault: boolean;
}

/**
 * Chassis Control, section 28.3. `off` cuts the power, `soft` presses the power button so that the operating system shuts down.
 * `cycle` is refused by most BMCs while the machine is off.
 */
export type ChassisAction = 'on' | 'off' | 'cycle' | 'reset' | 'soft';

const ACTIONS: Readonly<Record<ChassisAction, number>> = { off: 0x00, on: 0x01, cycle: 0x02, reset: 0x03, soft: 0x05 };
const RESTORE_POLICIES: readonly PowerRestorePolicy[] = ['stay-off', 'as-it-was', 'power-up', 'unknown'];

export const getChassisStatus: Command = { name: 'Get Chassis Status', netFn: NET_FN.chassis, cmd: 0x01 };

export function readChassisStatus(data: Buffer): ChassisStatus {
  if (data.length < 3) throw new IpmiProtocolError(`a chassis status of ${data.length} bytes`);
  const power = data.readUInt8(0);
  const others = data.readUInt8(2);
  const bit = (of: number, number: number) => (of & (1 << number)) !== 0;
  return {
    power: bit(power, 0) ? 'on' : 'off',
    powerOverload: bit(power, 1),
    interlock: bit(power, 2),
    powerFault: bit(power, 3),
    powerControlFault: bit(power, 4),
    restorePolicy: RESTORE_POLICIES[(power >> 5) & 0x03] ?? 'unknown',
    intrusion: bit(others, 0),
    driveFault: bit(others, 2),
    coolingFault: bit(others, 3),
  };
}

export function chassisControl(action: ChassisAction): Command {
  return {
    name: `Chassis Control (${action})`,
    netFn: NET_FN.chassis,
    cmd: 0x02,
    data: Uint8Array.of(ACTIONS[action]),
  };
}
