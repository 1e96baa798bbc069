import type { Program } from './command.ts';
import { finalizeCommand, rollbackCommand } from './commands/afterwards.ts';
import { completionCommand } from './commands/completion.ts';
import { configCheck } from './commands/config-check.ts';
import { configSchema } from './commands/config-schema.ts';
import { discoverCommand } from './commands/discover.ts';
import { evacuateCommand } from './commands/evacuate.ts';
import { hostsCommand } from './commands/hosts.ts';
import { migrateCommand } from './commands/migrate.ts';
import { planCommand } from './commands/plan.ts';
import { resourcesCommand } from './commands/resources.ts';
import { servicesCommand } from './commands/services.ts';
import { decommissionCommand } from './commands/take-hosts.ts';
import { treeCommand } from './commands/tree.ts';
import { verifyCommand } from './commands/verify.ts';
import { LOOKING_OPTIONS } from './common-options.ts';

export const pumpCloud: Program = {
  name: 'pump-cloud',
  summary: 'Looks at OpenStack clouds, and moves tenants from one to another.',
  common: LOOKING_OPTIONS,
  commands: [
    servicesCommand,
    resourcesCommand,
    treeCommand,
    planCommand,
    migrateCommand,
    verifyCommand,
    rollbackCommand,
    finalizeCommand,
    evacuateCommand,
    decommissionCommand,
    hostsCommand,
    discoverCommand,
    configCheck,
    configSchema,
    completionCommand('pump-cloud', 'the names of configured clouds'),
  ],
};
