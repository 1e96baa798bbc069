import { defineCommand } from '../../command.ts';
import { approveOption, checkReportOutput, followOptions } from '../../moving/move-options.ts';
import { seeThrough } from '../../moving/see-through.ts';
import { listOptions } from '../../output/settings.ts';
import { REPORT_COLUMNS } from '../../report/report-columns.ts';
import { atTemporal, configOption, runPositional } from './run-options.ts';

const { detach: _watchingIsNoDetaching, ...watchOptions } = followOptions;

/** Of any kind of run; what `park` asks cannot be known beforehand. */
const WATCHED_GATES = ['plan', 'delete-source', 'power-off', 'reinstall', 'source-not-empty'] as const;

export const watchCommand = defineCommand({
  name: 'watch',
  summary: 'Follow a run to its end, and report it',
  details:
    'As the command that started it does: at a gate a person at the terminal is asked. Ctrl-C leaves the run alone.',
  positionals: runPositional,
  options: { ...watchOptions, approve: approveOption(WATCHED_GATES), ...configOption, ...listOptions },
  columns: REPORT_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-runs watch acme', says: 'Come back to the run of tenant acme' },
    { line: 'pump-runs watch acme --approve delete-source -f json', says: 'To the end, whatever it takes' },
  ],
  check(values) {
    checkReportOutput({ ...values, long: false });
  },
  run(values, context) {
    return atTemporal(values.config, context, async (connected) => {
      const { workflowId } = await connected.pumphouse.run(values.run);
      // The newest execution of it, which may be a later one.
      const run = await connected.pumphouse.run(workflowId);
      return seeThrough([run], { ...values, detach: false, long: false }, connected, context, 'named');
    });
  },
});
