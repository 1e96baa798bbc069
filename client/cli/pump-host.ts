import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { hostCommand } from './commands/take-hosts.ts';
import { LOOKING_OPTIONS } from './common-options.ts';

export const pumpHost: Program = {
  name: 'pump-host',
  summary: 'Takes compute hosts from one cloud and has them installed for another: the same as pump-nova host.',
  common: LOOKING_OPTIONS,
  commands: [hostCommand('pump-host', ''), completionCommand('pump-host', 'the names of configured clouds')],
};
