import { type Host, hosts } from '../../../resources/hosts.ts';
import { adminOnly } from '../admin-only.ts';
import { CLOUD_EXCLUSIVE, cloudOptions, oneCloud } from '../cloud-choice.ts';
import { defineCommand } from '../command.ts';
import { look } from '../look.ts';
import { column } from '../output/column.ts';
import { writeList } from '../output/list.ts';
import { chosenColumns, listOptions } from '../output/settings.ts';

const COLUMNS = [
  column<Host>('host', (host) => host.host, { whole: true }),
  column<Host>('hypervisor', (host) => host.hypervisor, { shown: 'long' }),
  column<Host>('ip', (host) => host.ip, { whole: true }),
  column<Host>('type', (host) => host.hypervisorType, { shown: 'long' }),
  column<Host>('zone', (host) => host.zone),
  column<Host>('state', (host) => host.state),
  column<Host>('status', (host) => host.status),
  column<Host>('disabled_reason', (host) => host.disabledReason, { shown: 'long' }),
  column<Host>('servers', (host) => host.servers),
  column<Host>('vcpus_usage', (host) => `${host.vcpusUsed}/${host.vcpus}`, { shown: 'table', heading: 'vCPUs' }),
  column<Host>('vcpus_used', (host) => host.vcpusUsed, { shown: 'data' }),
  column<Host>('vcpus', (host) => host.vcpus, { shown: 'data' }),
  column<Host>('memory_usage_mib', (host) => `${host.memoryUsedMib}/${host.memoryMib}`, {
    shown: 'table',
    heading: 'Memory MiB',
  }),
  column<Host>('memory_used_mib', (host) => host.memoryUsedMib, { shown: 'data' }),
  column<Host>('memory_mib', (host) => host.memoryMib, { shown: 'data' }),
  column<Host>('disk_used_gib', (host) => host.diskUsedGib, { shown: 'long' }),
  column<Host>('disk_gib', (host) => host.diskGib, { shown: 'long' }),
];

export const hostsCommand = defineCommand({
  name: 'hosts',
  summary: 'List the compute hosts of a cloud and what they carry',
  details: 'Needs an admin of the cloud. Tables show what is used and what there is: 3/64.',
  positionals: {},
  options: {
    long: { kind: 'flag', describe: 'Also hypervisor, type, disks and the reason why a host is disabled' },
    ...cloudOptions,
    ...listOptions,
  },
  exclusive: CLOUD_EXCLUSIVE,
  columns: COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud hosts', says: 'Hosts of the only source' },
    { line: 'pump-cloud hosts --target --long', says: 'Hosts of the target, with disks' },
    { line: 'pump-cloud hosts --sort-column servers -f value -c host', says: 'Names, the emptiest first' },
  ],
  check(values) {
    chosenColumns(COLUMNS, values, values.long);
  },
  async run(values, context) {
    const settings = oneCloud(values, context);
    await look(settings, context, async (reader) => {
      const found = await adminOnly('sees its hosts', () => hosts(reader));
      const count = await writeList(context.terminal, COLUMNS, found, values, values.long);
      if (count === 0) context.terminal.talk(`${settings.name}: no compute hosts`);
    });
    return 0;
  },
});
