import type { CloudSettings } from '../../../config/index.ts';
import { shownPath } from '../../../config/index.ts';
import { CHECK_COLUMNS, type CloudCheck, describeLogin } from '../cloud-check.ts';
import { configOption, readConfiguration } from '../cloud-choice.ts';
import { type Context, defineCommand } from '../command.ts';
import { failureOf } from '../failure.ts';
import { look } from '../look.ts';
import { writeList } from '../output/list.ts';
import { writeRecord } from '../output/record.ts';
import { chosenColumns, listOptions, type OutputSettings } from '../output/settings.ts';

export const configCheck = defineCommand({
  name: 'config check',
  summary: 'Check pumphouse.yaml and log in to each of its clouds',
  details: 'Secrets are shown as ***. Ends with 1 when a login fails, with 2 when the file is wrong.',
  positionals: {},
  options: {
    'no-login': { kind: 'flag', describe: 'Only read the file: nothing is sent to any cloud' },
    ...configOption,
    ...listOptions,
  },
  columns: CHECK_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud config check', says: 'Check and log in' },
    { line: 'pump-cloud config check --config lab.yaml --no-login', says: 'Check another file, ask no cloud' },
    { line: 'pump-cloud config check -f value -c cloud -c login', says: 'For a script' },
  ],
  check(values) {
    chosenColumns(CHECK_COLUMNS, values, true);
  },
  async run(values, context) {
    const { terminal, cwd } = context;
    const configuration = readConfiguration(values.config, context);
    terminal.talk(`configuration: ${shownPath(configuration.file, cwd)}`);
    const clouds = [...configuration.sources, ...configuration.targets];
    const checks = await Promise.all(clouds.map((cloud) => check(cloud, values['no-login'], context)));
    await write(checks, values, context);
    return checks.some(({ login }) => login === 'failed') ? 1 : 0;
  },
});

async function check(settings: CloudSettings, noLogin: boolean, context: Context): Promise<CloudCheck> {
  if (noLogin) return { settings, login: 'not tried' };
  try {
    return await look(settings, context, async ({ cloud }) => ({
      settings,
      login: 'ok' as const,
      found: await describeLogin(cloud),
    }));
  } catch (error) {
    const { lines, exitCode } = failureOf(error, context.program, `${context.program} config check`, context.debug);
    if (exitCode !== 1) throw error;
    for (const line of lines) context.terminal.complain(line);
    return { settings, login: 'failed', problem: error instanceof Error ? error.message : String(error) };
  }
}

/** A table for each cloud: side by side their settings fit no window. */
async function write(checks: readonly CloudCheck[], output: OutputSettings, { terminal }: Context): Promise<void> {
  if (output.format !== 'table') {
    await writeList(terminal, CHECK_COLUMNS, checks, output, true);
    return;
  }
  for (const each of checks) {
    const known = CHECK_COLUMNS.filter(({ value }) => value(each) !== undefined);
    await writeRecord(terminal, output.column.length === 0 ? known : CHECK_COLUMNS, each, output);
  }
}
