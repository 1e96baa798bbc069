import { loadConfiguration } from '../../../config/index.ts';
import type { InventoryTotals } from '../../../planning/inventory-totals.ts';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../../../resources/resource-type.ts';
import { targetFromEnvironment } from '../../../workers/connect-options.ts';
import { connectClient } from '../../connection.ts';
import { PumphouseClient } from '../../pumphouse-client.ts';
import { CLOUD_EXCLUSIVE, cloudOptions, oneCloud } from '../cloud-choice.ts';
import { defineCommand } from '../command.ts';
import { Explained } from '../failure.ts';
import { followDiscovery } from '../follow-discovery.ts';
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
    tenant: { kind: 'texts', value: 'NAME|ID', describe: 'Only this tenant; may be given several times' },
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
    const { terminal, env, cwd, signal } = context;
    const settings = oneCloud({ ...values, 'os-cloud': undefined }, context);
    const path = values.config === undefined ? {} : { path: values.config };
    const { temporal } = loadConfiguration({ env, cwd, ...path });
    const connected = await connectClient(targetFromEnvironment({ ...env }, temporal));
    try {
      const pumphouse = new PumphouseClient(connected.client, { taskQueue: temporal.taskQueue });
      const { role } = settings;
      const options = values.tenant.length === 0 ? { role } : { role, tenants: values.tenant };
      const started = await pumphouse.discover(settings.name, options);
      if (values.detach) {
        await terminal.write(`${started.workflowId}\n`);
        return 0;
      }
      terminal.talk(`run ${started.workflowId} in Temporal at ${connected.target.address}`);
      signal.addEventListener('abort', () =>
        terminal.complain(`the run goes on without this command; the same command comes back to it`),
      );
      const found = await followDiscovery(started, terminal, signal);
      await writeList(terminal, COLUMNS, rowsOf(found), values);
      terminal.talk(`${settings.name}: ${found.tenants} tenants, digest ${found.digest}`);
      for (const note of found.notes) terminal.talk(`note: ${settings.name}: ${note}`);
      if (found.unread.length === 0) return 0;
      throw new Explained(`${found.unread.length} tenants could not be read: ${found.unread.join(', ')}`);
    } finally {
      await connected.close();
    }
  },
});

function rowsOf({ counts }: InventoryTotals): readonly Row[] {
  return RESOURCE_TYPE_NAMES.flatMap((type) => (counts[type] === undefined ? [] : [{ type, count: counts[type] }]));
}
