import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { configCheck } from './commands/config-check.ts';
import { configSchema } from './commands/config-schema.ts';
import { discoverCommand } from './commands/discover.ts';
import { hostsCommand } from './commands/hosts.ts';
import { planCommand } from './commands/plan.ts';
import { resourcesCommand } from './commands/resources.ts';
import { servicesCommand } from './commands/services.ts';
import { treeCommand } from './commands/tree.ts';
import { LOOKING_OPTIONS } from './common-options.ts';

export const pumpCloud: Program = {
  name: 'pump-cloud',
  summary: 'Looks at OpenStack clouds, and changes nothing in them.',
  common: LOOKING_OPTIONS,
  commands: [
    servicesCommand,
    resourcesCommand,
    treeCommand,
    planCommand,
    hostsCommand,
    discoverCommand,
    configCheck,
    configSchema,
    completionCommand('pump-cloud', 'the names of configured clouds'),
  ],
};
