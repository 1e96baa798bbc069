import { queueKinds } from '../../../workers/queue-kinds.ts';
import { SHUTDOWN_GRACE_MS } from '../../../workers/worker-times.ts';
import { defineCommand } from '../command.ts';
import { logOption, workerOptions } from '../process-options.ts';

export const workerCommand = defineCommand({
  name: '',
  summary: 'Runs workflows and activities until it gets SIGTERM or SIGINT',
  details:
    'Temporal is found as by all its tools: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, or a ' +
    'profile of temporal.toml. A second Ctrl-C ends the worker at once.',
  positionals: {},
  options: {
    ...workerOptions,
    queue: {
      kind: 'choices',
      choices: queueKinds,
      describe: 'Take only this: data copies images and volumes, main is all the rest',
    },
    health: { kind: 'endpoint', value: 'HOST:PORT', describe: 'Answer /live and /ready there' },
    grace: {
      kind: 'seconds',
      value: 'SECONDS',
      standard: SHUTDOWN_GRACE_MS / 1000,
      describe: 'What running activities get to finish when the worker is asked to stop',
    },
    ...logOption('info'),
  },
  examples: [
    { line: 'pump-worker -c pumphouse.yaml', says: 'Take everything, with the clouds of this file' },
    { line: 'pump-worker --queue data', says: 'Copy data only, where the network is fat' },
    { line: 'pump-worker --metrics 127.0.0.1:9464', says: 'With metrics for Prometheus' },
    { line: 'TEMPORAL_ADDRESS=temporal:7233 pump-worker', says: 'With the Temporal server of that address' },
  ],
  endsItself: true,
  async run(values, context) {
    // The SDK takes a second to load: help and mistakes do not wait for it.
    const { runWorker } = await import('../processes/worker.ts');
    await runWorker(values, context);
    return 0;
  },
});
