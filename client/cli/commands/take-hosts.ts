import { type Command, defineCommand } from '../command.ts';
import { checkReportOutput } from '../moving/move-options.ts';
import { HOST_COLUMNS } from '../report/host-columns.ts';
import { takeHosts } from '../transfer/take-hosts.ts';
import { TRANSFER_EXCLUSIVE, transferOptions } from '../transfer/transfer-choice.ts';
import { UsageError } from '../usage-error.ts';

const parallel = {
  kind: 'number',
  value: 'N',
  standard: 1,
  describe: 'Take so many at a time',
} as const;

/** `pump-host`, and the same as `pump-nova host`. */
export function hostCommand(program: string, name: string): Command {
  const typed = name === '' ? program : `${program} ${name}`;
  return defineCommand({
    name,
    summary:
      'Take empty compute hosts from the source and have them installed as compute hosts of the target, as runs in Temporal',
    details:
      'A run checks that the host is empty, disables it, waits at the gate power-off, switches it off, moves its switch port, waits at the gate reinstall, ' +
      'and has Fuel install it. Until Fuel has begun, everything can be taken back. Hosts are named as in hosts of pumphouse.yaml.',
    positionals: { hosts: { kind: 'texts', value: 'hostname', required: true, describe: 'Hosts, as Nova knows them' } },
    options: { parallel, ...transferOptions },
    exclusive: TRANSFER_EXCLUSIVE,
    columns: HOST_COLUMNS.map(({ key }) => key),
    examples: [
      {
        line: `${typed} compute-7 --dry-run`,
        says: 'Every call that would be made, with what it finds and what it leaves',
      },
      { line: `${typed} compute-7`, says: 'Take a host; you are asked at each gate' },
      {
        line: `${typed} compute-7 --approve power-off --approve reinstall --comment CHG-1234`,
        says: 'Answered beforehand',
      },
      { line: `${typed} compute-7 compute-8 compute-9 --parallel 2 --detach`, says: 'Three, two at a time' },
    ],
    check(values) {
      if (values.parallel < 1) throw new UsageError('--parallel takes a number from 1');
      checkReportOutput({ ...values, long: false });
    },
    run: (values, context) => takeHosts(values, 'compute', context),
  });
}

export const decommissionCommand = defineCommand({
  name: 'decommission',
  summary: 'Take controllers from the source and have them installed as controllers of the target, one at a time',
  details:
    'A run checks that the source can do without the controller: enough others are left, and before the last one goes the source is empty, or a person ' +
    'approves it at the gate source-not-empty. Then as with pump-host.',
  positionals: {
    hosts: {
      kind: 'texts',
      value: 'controller',
      required: true,
      describe: 'Controllers, as hosts of pumphouse.yaml names them',
    },
  },
  options: transferOptions,
  exclusive: TRANSFER_EXCLUSIVE,
  columns: HOST_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud decommission ctl-3 --dry-run', says: 'What would be checked and done' },
    { line: 'pump-cloud decommission ctl-3 ctl-2 ctl-1', says: 'All three, one after the other, in this order' },
  ],
  check: (values) => checkReportOutput({ ...values, long: false }) && undefined,
  run: (values, context) => takeHosts(values, 'controller', context),
});
