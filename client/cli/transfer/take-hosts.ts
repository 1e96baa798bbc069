import type { Configuration, HostSettings } from '../../../config/index.ts';
import type { GateName } from '../../../planning/gates.ts';
import { transferPolicy } from '../../../planning/transfer-policy.ts';
import type { TransferOptions } from '../../transfer-options.ts';
import type { Context, ExitCode } from '../command.ts';
import { type CloudPair, cloudPair } from '../plan/cloud-pair.ts';
import { asMachine, machinesNamed, type TransferChoice } from './transfer-choice.ts';

/** Takes the machines that are named, or shows what that would do (`--dry-run`). */
export async function takeHosts(
  values: TransferChoice,
  role: HostSettings['role'],
  context: Context,
): Promise<ExitCode> {
  const pair = cloudPair(values, context);
  const hosts = machinesNamed(values.hosts, role, pair);
  if (values['dry-run']) {
    const { showTransfer } = await import('./show-transfer.ts');
    return showTransfer(hosts, role, pair, values, context);
  }
  // The SDK takes its time to load: no other command waits for it.
  const { withTemporal } = await import('../moving/temporal.ts');
  const { seeTransfer } = await import('./see-transfer.ts');
  const { signed } = await import('../moving/signature.ts');
  const approval = signed(values);
  const options = optionsFor(hosts, role, pair, values.parallel);
  const approved = Object.fromEntries(values.approve.map((gate) => [gate, approval]));
  return withTemporal(pair.configuration.temporal, context, async (connected) => {
    const run = await connected.pumphouse.transfer({ ...options, approved });
    return seeTransfer(run, values, connected, context);
  });
}

function optionsFor(
  [first, ...others]: readonly [HostSettings, ...HostSettings[]],
  role: HostSettings['role'],
  pair: CloudPair,
  parallel: number | undefined,
): TransferOptions {
  const { source, target, configuration } = pair;
  return {
    source: source.name,
    target: target.name,
    machines: [asMachine(first, pair), ...others.map((host) => asMachine(host, pair))],
    role,
    ...(parallel === undefined ? {} : { atOnce: parallel }),
    policy: transferPolicy(configuration.transfer),
    gates: gatesOf(configuration),
  };
}

/** Of the gates that the file may name, those that a transfer has. */
function gatesOf({ gates }: Configuration): NonNullable<TransferOptions['gates']> {
  const names = [
    'power-off',
    'switch-port',
    'reinstall',
    'source-not-empty',
    'park',
  ] as const satisfies readonly GateName[];
  return Object.fromEntries(names.flatMap((name) => (gates[name] === undefined ? [] : [[name, gates[name]]])));
}
