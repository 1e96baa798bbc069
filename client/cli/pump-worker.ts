import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { workerCommand } from './commands/worker.ts';
import { COMMON_OPTIONS } from './common-options.ts';

export const pumpWorker: Program = {
  name: 'pump-worker',
  summary: 'Runs workflows and activities.',
  common: COMMON_OPTIONS,
  commands: [workerCommand, completionCommand('pump-worker')],
};
