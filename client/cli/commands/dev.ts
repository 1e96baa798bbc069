import { defineCommand } from '../command.ts';
import { logOption, SERVER_EXCLUSIVE, serverOptions, workerOptions } from '../process-options.ts';

const OTHER_SERVER = 'TEMPORAL_ADDRESS names a server to use instead of starting one.';

export const devCommand = defineCommand({
  name: '',
  summary: 'Temporal with its Web UI and a worker on this machine, until Ctrl-C',
  details: OTHER_SERVER,
  positionals: {},
  options: { ...workerOptions, ...logOption('warn'), ...serverOptions },
  exclusive: SERVER_EXCLUSIVE,
  examples: [
    { line: 'pump-dev -c pumphouse.yaml', says: 'All that a laptop needs to try a migration' },
    { line: 'pump-dev --port 0 --ui-port 0', says: 'On any free ports' },
  ],
  endsItself: true,
  async run(values, context) {
    const { runDev } = await import('../processes/dev.ts');
    await runDev(values, context);
    return 0;
  },
});

export const devServerCommand = defineCommand({
  name: 'server',
  summary: 'The server and the Web UI only',
  details: OTHER_SERVER,
  positionals: {},
  options: serverOptions,
  exclusive: SERVER_EXCLUSIVE,
  examples: [{ line: 'pump-dev server --in-memory', says: 'A server for a while, for tests by hand' }],
  endsItself: true,
  async run(values, context) {
    const { runServer } = await import('../processes/dev.ts');
    await runServer(values, context);
    return 0;
  },
});

export const devDemoCommand = defineCommand({
  name: 'demo',
  summary:
    'A tenant moves between two simulated clouds, then Fuel installs one of its hosts for the new one, as durable runs',
  details: `You are asked at each gate. Then all stays open until Ctrl-C, which ends it with 0. ${OTHER_SERVER}`,
  positionals: {},
  options: {
    yes: {
      kind: 'flag',
      describe: 'Approve without asking, and end when all was shown; so it does where nobody is at the terminal',
    },
    instances: {
      kind: 'number',
      value: 'N',
      most: 10_000,
      standard: 6,
      describe: 'Servers of the tenant',
    },
    ...serverOptions,
  },
  exclusive: SERVER_EXCLUSIVE,
  examples: [
    { line: 'pump-dev demo', says: 'Look around in the Web UI afterwards' },
    { line: 'pump-dev demo --yes --in-memory', says: 'Show all, keep nothing' },
  ],
  endsItself: true,
  async run(values, context) {
    const { demo } = await import('../../demo/demo.ts');
    await demo(values, context);
    return 0;
  },
});
