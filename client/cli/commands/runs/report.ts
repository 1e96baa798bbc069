import { defineCommand } from '../../command.ts';
import { checkReportOutput } from '../../moving/move-options.ts';
import { listOptions } from '../../output/settings.ts';
import { REPORT_COLUMNS } from '../../report/report-columns.ts';
import { resultLines, writeReport } from '../../report/write-report.ts';
import { atTemporal, configOption, runPositional } from './run-options.ts';

export const reportCommand = defineCommand({
  name: 'report',
  summary: 'Show what became of every resource of a run: action, time, downtime, what was kept, changed and lost',
  details: 'Also of a run that has not ended. Needs a worker that answers for it.',
  positionals: runPositional,
  options: { ...configOption, ...listOptions },
  columns: REPORT_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-runs report acme', says: 'A table for people' },
    { line: 'pump-runs report acme -f json > acme.json', says: 'Everything, for a program' },
    { line: 'pump-runs report acme -f csv -c type -c name -c downtime_ms', says: 'Downtimes, for a spreadsheet' },
  ],
  check(values) {
    checkReportOutput({ ...values, long: false });
  },
  run(values, context) {
    return atTemporal(values.config, context, async ({ pumphouse }) => {
      const report = await (await pumphouse.run(values.run)).report();
      await writeReport(report, values, context.terminal);
      const lines = report.result === undefined ? [`stage ${report.progress.stage}`] : resultLines(report.result);
      for (const line of lines) context.terminal.talk(line);
      return 0;
    });
  },
});
