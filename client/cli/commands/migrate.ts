import { defineCommand } from '../command.ts';
import { move } from '../moving/move.ts';
import { checkMove, MOVE_EXCLUSIVE, moveOptions } from '../moving/move-options.ts';
import { tenantSelection } from '../moving/tenant-selection.ts';
import { REPORT_COLUMNS } from '../report/report-columns.ts';

export const migrateCommand = defineCommand({
  name: 'migrate',
  summary: 'Move tenants with all that they own and need, as runs in Temporal',
  details:
    'A run reads both clouds, plans, waits at the gate plan, moves, verifies, and waits at the gate delete-source with the sources stopped and ' +
    'locked. It goes on without this command, and the same command joins it. Several tenants are moved at the same time and shown one after the other.',
  positionals: {
    tenants: { kind: 'texts', value: 'tenant', required: true, describe: 'Tenants, by name or id' },
  },
  options: moveOptions,
  exclusive: MOVE_EXCLUSIVE,
  columns: REPORT_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud migrate acme', says: 'Move a tenant; you are asked before anything is changed' },
    { line: 'pump-cloud migrate acme --dry-run', says: 'Show the plan and change nothing' },
    { line: 'pump-cloud migrate acme --approve plan --keep-source -f json', says: 'From a script' },
    { line: 'pump-cloud migrate acme umbrella --detach', says: 'Start two runs, print their ids, and go' },
    { line: 'pump-cloud migrate acme --no-wait || [ $? = 3 ]', says: 'Until a gate has to be answered' },
  ],
  check: checkMove,
  run(values, context) {
    return move(values, context, async (source) => {
      const selections = new Map<string, Awaited<ReturnType<typeof tenantSelection>>>();
      for (const tenant of values.tenants) {
        const named = await tenantSelection(source, tenant);
        selections.set(named.selection.projectId, named);
      }
      return [...selections.values()];
    });
  },
});
