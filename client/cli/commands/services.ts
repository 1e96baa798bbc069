import { notOffered, OFFER_COLUMNS, type Offer, offersOf } from '../catalogue.ts';
import { allClouds, CLOUD_EXCLUSIVE, cloudOptions } from '../cloud-choice.ts';
import { defineCommand, type ExitCode } from '../command.ts';
import { failureOf } from '../failure.ts';
import { look } from '../look.ts';
import { writeList } from '../output/list.ts';
import { chosenColumns, listOptions } from '../output/settings.ts';

export const servicesCommand = defineCommand({
  name: 'services',
  summary: 'List the services that clouds offer, with URLs and versions',
  details: 'Of all configured clouds, unless one is chosen.',
  positionals: {},
  options: {
    long: { kind: 'flag', describe: 'Also internal and admin URLs' },
    ...cloudOptions,
    ...listOptions,
  },
  exclusive: CLOUD_EXCLUSIVE,
  columns: OFFER_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud services', says: 'The catalogues of all configured clouds' },
    { line: 'pump-cloud services --target --long', says: 'The catalogue of the target with all URLs' },
    { line: 'pump-cloud services -f value -c type -c microversions', says: 'Which microversions there are' },
  ],
  check(values) {
    chosenColumns(OFFER_COLUMNS, values, values.long);
  },
  async run(values, context) {
    const { terminal } = context;
    let exitCode: ExitCode = 0;
    async function* offers(): AsyncIterable<Offer> {
      for (const settings of allClouds(values, context)) {
        try {
          yield* await look(settings, context, async ({ cloud }) => {
            const found = await offersOf(cloud);
            for (const note of await notOffered(cloud)) terminal.talk(`note: ${cloud.name}: ${note}`);
            return found;
          });
        } catch (error) {
          // One cloud that does not answer keeps nobody from seeing the others.
          const failure = failureOf(error, context.program, `${context.program} services`, context.debug);
          for (const line of failure.lines) terminal.complain(line);
          exitCode = 1;
        }
      }
    }
    await writeList(terminal, OFFER_COLUMNS, offers(), values, values.long);
    return exitCode;
  },
});
