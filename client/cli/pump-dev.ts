import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { devCommand, devDemoCommand, devServerCommand } from './commands/dev.ts';
import { COMMON_OPTIONS } from './common-options.ts';

export const pumpDev: Program = {
  name: 'pump-dev',
  summary: 'Temporal with its Web UI and a worker on this machine.',
  common: COMMON_OPTIONS,
  commands: [devCommand, devServerCommand, devDemoCommand, completionCommand('pump-dev')],
};
