import type { HostSettings } from '../../config/index.ts';
import { ApiError } from '../api-error.ts';
import { CommandPower } from './command.ts';
import { IpmiPower } from './ipmi.ts';
import { IpmitoolPower } from './ipmitool.ts';
import type { PowerDriver } from './power-driver.ts';
import { RedfishPower } from './redfish.ts';

export interface PowerOptions {
  /** For one answer of the controller, or one run of a program. Each driver has its own. */
  readonly timeLimitMs?: number;
}

/**
 * The power driver of a host. Nothing is sent until it is asked something.
 *
 * @throws {ApiError} `configuration`: the host has no `bmc`
 */
export function openPower({ name, bmc }: HostSettings, { timeLimitMs }: PowerOptions = {}): PowerDriver {
  if (bmc === undefined) throw withoutBmc(name);
  switch (bmc.driver) {
    case 'ipmi':
      return new IpmiPower(name, bmc, timeLimitMs);
    case 'ipmitool':
      return new IpmitoolPower(name, bmc, timeLimitMs);
    case 'redfish':
      return new RedfishPower(name, bmc, timeLimitMs);
    case 'command':
      return new CommandPower(name, bmc, timeLimitMs);
    default:
      return bmc satisfies never;
  }
}

function withoutBmc(name: string): ApiError {
  return new ApiError({
    ...{ cloud: name, service: 'power', method: '', path: '', kind: 'configuration', retry: { when: 'never' } },
    reason: 'the configuration has no bmc for this host',
    hint: `add to it under hosts: bmc: { driver: ipmi, address: …, username: …, password: … }, or driver redfish, ipmitool or command`,
  });
}
