import { type CloudSettings, type Configuration, loadConfiguration } from '../../../config/index.ts';
import { hosts } from '../../../resources/hosts.ts';
import { adminOnly } from '../admin-only.ts';
import { CLOUD_EXCLUSIVE, cloudOptions, oneCloud } from '../cloud-choice.ts';
import type { Context } from '../command.ts';
import { defineCommand } from '../command.ts';
import { look } from '../look.ts';
import { column } from '../output/column.ts';
import { writeList } from '../output/list.ts';
import { chosenColumns, listOptions } from '../output/settings.ts';
import type { Inventory, InventoryHost } from '../transfer/inventory.ts';

const COLUMNS = [
  column<InventoryHost>('host', (host) => host.host, { whole: true }),
  column<InventoryHost>('hypervisor', (host) => host.hypervisor, { shown: 'long' }),
  column<InventoryHost>('ip', (host) => host.ip, { whole: true }),
  column<InventoryHost>('type', (host) => host.hypervisorType, { shown: 'long' }),
  column<InventoryHost>('role', (host) => host.role),
  column<InventoryHost>('zone', (host) => host.zone),
  column<InventoryHost>('state', (host) => host.state),
  column<InventoryHost>('status', (host) => host.status),
  column<InventoryHost>('disabled_reason', (host) => host.disabledReason, { shown: 'long' }),
  column<InventoryHost>('servers', (host) => host.servers),
  column<InventoryHost>('vcpus_usage', (host) => usage(host.vcpusUsed, host.vcpus), {
    shown: 'table',
    heading: 'vCPUs',
  }),
  column<InventoryHost>('vcpus_used', (host) => host.vcpusUsed, { shown: 'data' }),
  column<InventoryHost>('vcpus', (host) => host.vcpus, { shown: 'data' }),
  column<InventoryHost>('memory_usage_mib', (host) => usage(host.memoryUsedMib, host.memoryMib), {
    shown: 'table',
    heading: 'Memory MiB',
  }),
  column<InventoryHost>('memory_used_mib', (host) => host.memoryUsedMib, { shown: 'data' }),
  column<InventoryHost>('memory_mib', (host) => host.memoryMib, { shown: 'data' }),
  column<InventoryHost>('disk_used_gib', (host) => host.diskUsedGib, { shown: 'long' }),
  column<InventoryHost>('disk_gib', (host) => host.diskGib, { shown: 'long' }),
  column<InventoryHost>('power', (host) => host.power),
  column<InventoryHost>('provisioner', (host) => host.provisioner),
  column<InventoryHost>('missing', (host) => host.missing),
];

/** Of a cloud of which no machine is to be taken: what only the inventory knows. */
const OF_INVENTORY: ReadonlySet<string> = new Set(['role', 'power', 'provisioner', 'missing']);

export const hostsCommand = defineCommand({
  name: 'hosts',
  summary: 'List the hosts of a cloud and what they carry; of a source, also what a transfer finds and lacks',
  details:
    'Needs an admin of the cloud. Tables show what is used and what there is: 3/64. Where pumphouse.yaml has hosts, those of the source are shown with what their management ' +
    "controllers say, what the target's provisioner knows of them, and what is missing in the file for a transfer.",
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
      const known = await adminOnly('sees its hosts', () => hosts(reader));
      const inventory = await inventoryFor(settings, values, context);
      const { hosts: found, unread } = (await inventory?.(known)) ?? {
        hosts: known.map((host): InventoryHost => ({ ...host, missing: [] })),
        unread: [],
      };
      const isData = values.format !== 'table' || values.column.length > 0;
      const columns =
        inventory === undefined && !isData ? COLUMNS.filter(({ key }) => !OF_INVENTORY.has(key)) : COLUMNS;
      const count = await writeList(context.terminal, columns, found, values, values.long);
      for (const why of unread) context.terminal.complain(`could not be looked at: ${why}`);
      if (count === 0) context.terminal.talk(`${settings.name}: no compute hosts`);
    });
    return 0;
  },
});

/** Undefined where no machine of this cloud is to be taken. */
async function inventoryFor(
  { role }: CloudSettings,
  { config, 'os-cloud': osCloud }: { readonly config: string | undefined; readonly 'os-cloud': string | undefined },
  { env, cwd }: Context,
): Promise<((known: Awaited<ReturnType<typeof hosts>>) => Promise<Inventory>) | undefined> {
  if (osCloud !== undefined || role !== 'source') return undefined;
  const configuration = loadConfiguration({ env, cwd, ...(config === undefined ? {} : { path: config }) });
  if (configuration.hosts.length === 0) return undefined;
  // Drivers and their libraries: only who has machines waits for them.
  const { inventoryOf } = await import('../transfer/inventory.ts');
  const target = provisionedTarget(configuration);
  return (known) => inventoryOf(known, { configuration, ...(target === undefined ? {} : { target }) });
}

/** The only target that has a provisioner. */
function provisionedTarget({ targets }: Configuration): CloudSettings | undefined {
  const [only, ...others] = targets.filter(({ fuelUrl }) => fuelUrl !== undefined);
  return others.length === 0 ? only : undefined;
}

function usage(used: number | undefined, total: number | undefined): string | undefined {
  return total === undefined ? undefined : `${used}/${total}`;
}
