import type { HostSettings } from '../../../config/index.ts';
import { listWords, nearest } from '../../../config/index.ts';
import type { MachineToTake } from '../../transfer-options.ts';
import { approveOption, followOptions } from '../moving/move-options.ts';
import type { OptionSpecs } from '../option.ts';
import { listOptions, type OutputSettings } from '../output/settings.ts';
import { type CloudPair, type PairChoice, pairOptions } from '../plan/cloud-pair.ts';
import { UsageError } from '../usage-error.ts';

const TRANSFER_GATES = ['power-off', 'reinstall', 'source-not-empty'] as const;

/** What every command takes that takes machines. */
export const transferOptions = {
  'dry-run': { kind: 'flag', describe: 'Read everything, show each call that would be made, and change nothing' },
  ...followOptions,
  approve: approveOption(TRANSFER_GATES),
  ...pairOptions,
  ...listOptions,
} as const satisfies OptionSpecs;

export interface TransferChoice extends PairChoice, OutputSettings {
  readonly hosts: readonly string[];
  readonly 'dry-run': boolean;
  readonly detach: boolean;
  readonly 'no-wait': boolean;
  readonly approve: readonly (typeof TRANSFER_GATES)[number][];
  readonly by: string | undefined;
  readonly comment: string | undefined;
  readonly parallel?: number | undefined;
}

export const TRANSFER_EXCLUSIVE = [
  ['dry-run', 'detach', 'no-wait'],
  ['dry-run', 'approve'],
] as const;

/** Each once, in the order in which they were named. All that is wrong with them is said at once, before anything is begun. */
export function machinesNamed(
  names: readonly string[],
  role: HostSettings['role'],
  { configuration: { hosts, transfer, file } }: CloudPair,
): readonly [HostSettings, ...HostSettings[]] {
  const known = hosts.map(({ name }) => name);
  const wrong: string[] = [];
  const found = [...new Set(names)].flatMap((name) => {
    const host = hosts.find((each) => each.name === name);
    if (host !== undefined) return [host];
    const near = nearest(name, known);
    const hint =
      near === undefined
        ? `it has ${known.length === 0 ? 'none' : listWords(known, 'and')}`
        : `did you mean ${JSON.stringify(near)}?`;
    wrong.push(`${JSON.stringify(name)} is not in hosts of ${file}; ${hint}`);
    return [];
  });
  for (const host of found) wrong.push(...missingFor(host, role, { transfer }));
  const [first, ...others] = found;
  if (wrong.length > 0 || first === undefined) throw new UsageError(wrong.join('\n'));
  return [first, ...others];
}

/** What a transfer needs and the configuration does not say, a sentence each. */
export function missingFor(
  host: HostSettings,
  role: HostSettings['role'],
  { transfer }: Pick<CloudPair['configuration'], 'transfer'>,
): readonly string[] {
  const at = `hosts: ${host.name}:`;
  if (host.role !== role) return [`${at} its role is ${host.role}: ${otherCommand(host)}`];
  return [
    ...(host.bmc === undefined ? [`${at} bmc is missing: nothing could switch it off and on`] : []),
    ...(host.macs.length === 0 ? [`${at} macs are missing: Fuel could not be asked for the machine`] : []),
    ...(host.switchPort !== undefined && adminVlanOf(host, transfer) === undefined
      ? [`${at} its switch_port needs admin_vlan, there or in transfer`]
      : []),
  ];
}

function otherCommand({ role, name }: HostSettings): string {
  return role === 'controller' ? `take it with: pump-cloud decommission ${name}` : `take it with: pump-host ${name}`;
}

function adminVlanOf(
  { switchPort }: HostSettings,
  { adminVlan }: CloudPair['configuration']['transfer'],
): number | undefined {
  return switchPort === undefined ? undefined : (switchPort.adminVlan ?? adminVlan);
}

export function asMachine(host: HostSettings, { configuration }: CloudPair): MachineToTake {
  const adminVlan = adminVlanOf(host, configuration.transfer);
  return { host: host.name, ...(adminVlan === undefined ? {} : { adminVlan }) };
}
