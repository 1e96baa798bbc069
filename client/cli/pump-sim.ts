import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { simCommand } from './commands/sim.ts';
import { COMMON_OPTIONS } from './common-options.ts';

export const pumpSim: Program = {
  name: 'pump-sim',
  summary: 'OpenStack clouds in one process.',
  common: COMMON_OPTIONS,
  commands: [simCommand, completionCommand('pump-sim')],
};
