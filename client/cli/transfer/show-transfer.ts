import type { HostSettings } from '../../../config/index.ts';
import { type TransferCall, transferCalls } from '../../../planning/transfer-plan.ts';
import { transferPolicy } from '../../../planning/transfer-policy.ts';
import type { Context, ExitCode } from '../command.ts';
import { column } from '../output/column.ts';
import { writeList } from '../output/list.ts';
import type { CloudPair } from '../plan/cloud-pair.ts';
import { readMachine } from './read-machine.ts';
import type { TransferChoice } from './transfer-choice.ts';

type Row = TransferCall & { readonly host: string };

const CALL_COLUMNS = [
  column<Row>('host', ({ host }) => host, { whole: true }),
  column<Row>('order', ({ order }) => order, { heading: '#' }),
  column<Row>('where', ({ where }) => where),
  column<Row>('call', ({ call }) => call),
  column<Row>('present', ({ present }) => present),
  column<Row>('future', ({ future }) => future),
];

/** Every call that taking the machines would make. Fails where something stands in the way, or could not be looked at. */
export async function showTransfer(
  hosts: readonly HostSettings[],
  role: HostSettings['role'],
  pair: CloudPair,
  values: TransferChoice,
  context: Context,
): Promise<ExitCode> {
  const { terminal } = context;
  const policy = transferPolicy(pair.configuration.transfer);
  const rows: Row[] = [];
  const wrong: string[] = [];
  for (const host of hosts) {
    const { state, obstacles, warnings, unread } = await readMachine(host, role, pair, policy, context);
    rows.push(...transferCalls(state, policy).map((call) => ({ ...call, host: host.name })));
    for (const warning of warnings) terminal.talk(`warning: ${warning}`);
    wrong.push(...obstacles, ...unread.map((why) => `could not be looked at: ${why}`));
  }
  const columns = hosts.length > 1 || values.format !== 'table' ? CALL_COLUMNS : CALL_COLUMNS.slice(1);
  await writeList(terminal, columns, rows, values);
  for (const line of wrong) terminal.complain(line);
  return wrong.length === 0 ? 0 : 1;
}
