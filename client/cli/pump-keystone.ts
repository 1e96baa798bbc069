import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { LOOKING_OPTIONS } from './common-options.ts';
import { typeCommand } from './moving/type-command.ts';

const program = 'pump-keystone';

export const pumpKeystone: Program = {
  name: program,
  summary: 'Moves tenants, roles, users and their roles from one cloud to another, as runs in Temporal.',
  common: LOOKING_OPTIONS,
  commands: [
    typeCommand({
      program,
      name: 'tenants',
      summary: 'Move tenants: names, descriptions, tags, whether they are enabled',
      details: 'Only the tenants themselves: pump-cloud migrate moves all that one owns.',
      types: ['project'],
      owner: 'nobody',
    }),
    typeCommand({ program, name: 'roles', summary: 'Move roles', types: ['role'], owner: 'nobody' }),
    typeCommand({
      program,
      name: 'users',
      summary: 'Move users; no cloud tells a password, so those do not move',
      details:
        'Service accounts stay. With a tenant: those who have a role in it. They get new passwords where pumphouse.yaml has passwords.secret: --passwords FILE writes them down.',
      types: ['user'],
      owner: 'tenant',
    }),
    typeCommand({
      program,
      name: 'user-roles',
      summary: 'Move who has which role where',
      types: ['assignment'],
      owner: 'tenant',
    }),
    completionCommand(program, 'the names of configured clouds'),
  ],
};
