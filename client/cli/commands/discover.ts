import { loadConfiguration } from '../../../config/index.ts';
import type { InventoryTotals } from '../../../planning/inventory-totals.ts';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../../../resources/resource-type.ts';
import { CLOUD_EXCLUSIVE, cloudOptions, oneCloud } from '../cloud-choice.ts';
import { defineCommand } from '../command.ts';
import { Explained } from '../failure.ts';
import { column } from '../output/column.ts';
import { writeList } from '../output/list.ts';
import { chosenColumns, listOptions } from '../output/settings.ts';

interface Row {
  readonly type: ResourceTypeName;
  readonly count: number;
}

const COLUMNS = [column<Row>('type', (row) => row.type), column<Row>('count', (row) => row.count)];

const { 'os-cloud': _notForRuns, ...runCloudOptions } = cloudOptions;

export const discoverCommand = defineCommand({
  name: 'discover',
  summary: 'Record what a cloud has, as a run in Temporal',
  details:
    'Reads the cloud tenant by tenant and keeps every resource with a digest in the history of the run; changes nothing. ' +
    'The digest at the end is the same as long as the cloud is. Needs Temporal and a worker that knows the cloud.',
  positionals: {},
  options: {
    tenant: { kind: 'texts', value: 'NAME|ID', describe: 'Only this tenant' },
    detach: { kind: 'flag', describe: "Print the run's id and do not wait for its end" },
    ...runCloudOptions,
    ...listOptions,
  },
  exclusive: CLOUD_EXCLUSIVE.map((names) => names.filter((name) => name !== 'os-cloud')),
  columns: COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud discover', says: 'Record the only source and follow the run' },
    { line: 'pump-cloud discover --target --tenant acme', says: 'One tenant of the target' },
    { line: 'pump-cloud discover --detach', says: 'Start it, print its id, and go' },
  ],
  check(values) {
    chosenColumns(COLUMNS, values);
  },
  async run(values, context) {
    const { terminal, env, cwd } = context;
    const settings = oneCloud({ ...values, 'os-cloud': undefined }, context);
    const path = values.config === undefined ? {} : { path: values.config };
    const { temporal } = loadConfiguration({ env, cwd, ...path });
    // The SDK takes its time to load: no other command waits for it.
    const { recordCloud } = await import('../record-cloud.ts');
    const found = await recordCloud({ settings, temporal, tenants: values.tenant, detach: values.detach }, context);
    if (found === undefined) return 0;
    await writeList(terminal, COLUMNS, rowsOf(found), values);
    terminal.talk(`${settings.name}: ${found.tenants} tenants, digest ${found.digest}`);
    for (const note of found.notes) terminal.talk(`note: ${settings.name}: ${note}`);
    if (found.unread.length === 0) return 0;
    throw new Explained(`${found.unread.length} tenants could not be read: ${found.unread.join(', ')}`);
  },
});

function rowsOf({ counts }: InventoryTotals): readonly Row[] {
  return RESOURCE_TYPE_NAMES.flatMap((type) => (counts[type] === undefined ? [] : [{ type, count: counts[type] }]));
}
