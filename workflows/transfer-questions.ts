import { limitText } from '../planning/quantities.ts';
import type { HostRun } from './host-run.ts';
import type { Before } from './transfer-preflight.ts';
import { bootText, portText } from './transfer-words.ts';

/** What is asked at the gate `power-off`. */
export function powerOffQuestion({ request: { host, source, policy } }: HostRun, { power, service }: Before): string {
  const now = power.state === 'off' ? 'It is off already.' : 'It is on.';
  return [
    `${host} of ${source} is ${service === undefined ? 'checked' : 'empty, and its compute service disabled'}. ${now}`,
    `- approve: switch it off (it is asked to shut down, and cut off after ${limitText(policy.powerOffTimeoutMs)})`,
    `- reject: ${service === undefined ? '' : 'its compute service back as it was, '}and end`,
  ].join('\n');
}

/** What is asked at the gate `reinstall`, after which its disks are written. */
export function reinstallQuestion(
  run: HostRun,
  { power, port, provisioner }: Before,
  roles: readonly string[],
): string {
  const { host, target, adminVlan } = run.request;
  const wired = port === undefined ? '' : `; its port ${port.switch} ${port.port} is in the Admin VLAN ${adminVlan}`;
  const back = [
    'boot order',
    ...(port === undefined ? [] : ['switch port']),
    ...(power.state === 'on' ? ['power'] : []),
    'compute service',
  ];
  return [
    `${host} is off, and starts from PXE once${wired}.`,
    `- approve: switch it on; ${provisioner.version} installs it as ${roles.join(', ')} of ${target} (environment ${provisioner.environment.name}). ALL THAT IS ON ITS DISKS IS LOST`,
    `- reject: ${back.join(', ')} back as before (${[bootText(power), ...(port === undefined ? [] : [portText(port)])].join('; ')}), and end`,
  ].join('\n');
}

/** What is asked at the gate `switch-port` of a switch that a person wires. */
export function wireQuestion({ request: { host } }: HostRun, place: string, vlans: string): string {
  return [
    `Wire ${place} (${host}) by hand: ${vlans}; nothing else on this port.`,
    '- approve: it is done',
    '- reject: it is not done; everything is taken back',
  ].join('\n');
}

export function unwireQuestion({ request: { host } }: HostRun, place: string): string {
  return [
    `Put ${place} (${host}) back into the VLANs that it was in before this run began.`,
    '- approve: it is done; the machine is switched on again',
    '- reject: it cannot be done; the machine stays off',
  ].join('\n');
}
