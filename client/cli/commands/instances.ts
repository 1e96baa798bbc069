import { defineCommand } from '../command.ts';
import { instancesNamed } from '../moving/instances.ts';
import { move } from '../moving/move.ts';
import { checkMove, MOVE_EXCLUSIVE, moveOptions } from '../moving/move-options.ts';
import { REPORT_COLUMNS } from '../report/report-columns.ts';
import { UsageError } from '../usage-error.ts';

const GROUP = 'Which instances';

export const instancesCommand = defineCommand({
  name: 'instances',
  summary: 'Move instances, all those on a host, or all of a tenant, with what they need',
  details:
    'Each is stopped and locked in the source, copied, and started in the target with the same addresses. Several hosts or tenants are moved by a run each.',
  positionals: {
    words: {
      kind: 'texts',
      value: 'instance|host|tenant',
      describe: 'By name or id, hosts also by the IP of their hypervisor',
    },
  },
  options: {
    instance: { kind: 'texts', value: 'NAME|ID', describe: 'This instance', group: GROUP },
    host: { kind: 'texts', value: 'NAME|IP', describe: 'All instances on this host', group: GROUP },
    tenant: { kind: 'texts', value: 'NAME|ID', describe: 'All instances of this tenant', group: GROUP },
    ...moveOptions,
  },
  exclusive: MOVE_EXCLUSIVE,
  columns: REPORT_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-nova instances web-1 web-2', says: 'Two instances with what they need' },
    { line: 'pump-nova instances compute-3', says: 'All instances on a host' },
    { line: 'pump-nova instances --tenant acme --dry-run', says: 'What moving the instances of a tenant would do' },
    { line: 'pump-nova instances web-1 --strategy image --keep-source', says: 'From its image, and keep the source' },
  ],
  check(values) {
    const { words, instance, host, tenant } = values;
    if (words.length + instance.length + host.length + tenant.length === 0)
      throw new UsageError('say which: instances, a host or a tenant, by name or id');
    checkMove(values);
  },
  run(values, context) {
    return move(values, context, (source) => instancesNamed(source, values));
  },
});
