export type { BootDevice, BootOptions, BootOptionsSeen } from './boot-options.ts';
export type { ChassisAction, ChassisStatus, PowerRestorePolicy } from './chassis.ts';
export type { CipherSuiteId } from './cipher-suites.ts';
export { IpmiClient } from './client.ts';
export type { DeviceId, SelInfo } from './device.ts';
export {
  IpmiAuthenticationError,
  IpmiCompletionError,
  IpmiConfigurationError,
  IpmiError,
  IpmiPrivilegeError,
  type IpmiProblem,
  IpmiProtocolError,
  IpmiRefusedError,
  IpmiSessionLostError,
  IpmiTimeoutError,
} from './errors.ts';
export type { Privilege } from './handshake.ts';
export type { Command } from './message.ts';
export type { IpmiOptions } from './options.ts';
