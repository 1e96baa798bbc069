import type { Configuration } from '../../../config/index.ts';
import { selectCloud } from '../../../config/index.ts';
import { evacuationPolicy } from '../../../planning/evacuation-policy.ts';
import { configOption, readConfiguration } from '../cloud-choice.ts';
import { type Context, defineCommand, type ExitCode } from '../command.ts';
import { showEvacuation } from '../evacuation/show-evacuation.ts';
import { confirmed } from '../moving/confirm.ts';
import { checkReportOutput } from '../moving/move-options.ts';
import { listOptions, type OutputSettings } from '../output/settings.ts';
import { REPORT_COLUMNS } from '../report/report-columns.ts';
import { UsageError } from '../usage-error.ts';

interface Choice extends OutputSettings {
  readonly hosts: readonly string[];
  readonly to: string | undefined;
  readonly parallel: number;
  readonly detach: boolean;
  readonly yes: boolean;
}

export const evacuateCommand = defineCommand({
  name: 'evacuate',
  summary:
    'Empty compute hosts: disable them and bring every instance off, live where that can be, as runs in Temporal',
  details:
    'A run disables the host, then moves every instance by the ways of evacuation in pumphouse.yaml, and looks whether the host is empty. An instance ' +
    'counts as moved when its host, its migration and its state say so. One that cannot be moved stays, and is told. Cancelled, the run enables the host again.',
  positionals: { hosts: { kind: 'texts', value: 'host', required: true, describe: 'Hosts, as Nova knows them' } },
  options: {
    to: { kind: 'text', value: 'HOST', describe: 'Move everything to this host; else the scheduler chooses' },
    'dry-run': { kind: 'flag', describe: 'Show how each instance would go and what room there is, and change nothing' },
    yes: { kind: 'flag', short: 'y', describe: 'Do not ask before it begins' },
    detach: { kind: 'flag', describe: "Print the runs' ids and do not wait for their ends" },
    parallel: { kind: 'number', value: 'N', standard: 1, describe: 'Empty so many hosts at a time' },
    ...configOption,
    source: { kind: 'text', value: 'NAME', suggest: 'source', describe: 'The source, where there are several' },
    ...listOptions,
  },
  exclusive: [
    ['dry-run', 'detach'],
    ['dry-run', 'yes'],
  ],
  columns: REPORT_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud evacuate compute-7 --dry-run', says: 'How each instance would go' },
    { line: 'pump-cloud evacuate compute-7', says: 'Empty a host; you are asked before it begins' },
    { line: 'pump-cloud evacuate compute-7 --to compute-9 --yes', says: 'Everything to one host, from a script' },
    { line: 'pump-cloud evacuate compute-7 compute-8 --parallel 2 --detach --yes', says: 'Start two runs and go' },
  ],
  check(values) {
    const { hosts, to, parallel, detach } = values;
    if (to !== undefined && hosts.includes(to)) throw new UsageError(`--to ${to} is to be emptied itself`);
    const distinct = new Set(hosts).size;
    if (detach && parallel < distinct)
      throw new UsageError(`--detach cannot wait for one after the other: say --parallel ${distinct}`);
    if (!values['dry-run']) checkReportOutput({ ...values, long: false });
  },
  async run(values, context) {
    const configuration = readConfiguration(values.config, context);
    const cloud = selectCloud(configuration, 'source', values.source);
    const hosts = [...new Set(values.hosts)];
    const policy = evacuationPolicy(configuration.evacuation);
    if (values['dry-run']) return showEvacuation(cloud, { ...values, hosts, policy }, context);
    const question = `Disable ${hosts.join(', ')} in ${cloud.name} and bring every instance off?`;
    if (!(await confirmed(question, values.yes, context))) return 1;
    return evacuateAll({ ...values, hosts }, cloud.name, configuration, context);
  },
});

/** So many at a time as was said; after one that was not emptied no more are begun. */
async function evacuateAll(
  values: Choice,
  cloud: string,
  { temporal, evacuation }: Configuration,
  context: Context,
): Promise<ExitCode> {
  // The SDK takes its time to load: no other command waits for it.
  const { withTemporal } = await import('../moving/temporal.ts');
  const { seeThrough } = await import('../moving/see-through.ts');
  const { hosts, to, parallel } = values;
  const shown = { ...values, long: false, 'no-wait': false, approve: [], by: undefined, comment: undefined };
  return withTemporal(temporal, context, async (connected) => {
    for (let begun = 0; begun < hosts.length; begun += parallel) {
      const runs = await Promise.all(
        hosts.slice(begun, begun + parallel).map((host) =>
          connected.pumphouse.evacuate({
            cloud,
            host,
            ...(to === undefined ? {} : { to }),
            policy: evacuationPolicy(evacuation),
          }),
        ),
      );
      const code = await seeThrough(runs, shown, connected, context);
      if (code !== 0 || context.signal.aborted) {
        const rest = hosts.slice(begun + parallel);
        if (rest.length > 0) context.terminal.complain(`not begun: ${rest.join(', ')}`);
        return code;
      }
    }
    return 0;
  });
}
