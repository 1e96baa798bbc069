import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { answerCommands } from './commands/runs/answers.ts';
import { listCommand } from './commands/runs/list.ts';
import { reportCommand } from './commands/runs/report.ts';
import { showCommand } from './commands/runs/show.ts';
import { watchCommand } from './commands/runs/watch.ts';
import { COMMON_OPTIONS } from './common-options.ts';

export const pumpRuns: Program = {
  name: 'pump-runs',
  summary: 'Lists, follows and answers runs.',
  common: COMMON_OPTIONS,
  commands: [
    listCommand,
    showCommand,
    watchCommand,
    ...answerCommands,
    reportCommand,
    completionCommand('pump-runs', 'the names of configured clouds'),
  ],
};
