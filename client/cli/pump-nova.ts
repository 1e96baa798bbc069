import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { instancesCommand } from './commands/instances.ts';
import { hostCommand } from './commands/take-hosts.ts';
import { LOOKING_OPTIONS } from './common-options.ts';
import { typeCommand } from './moving/type-command.ts';

const program = 'pump-nova';

export const pumpNova: Program = {
  name: program,
  summary: 'Moves instances and what belongs to them from one cloud to another, as runs in Temporal.',
  common: LOOKING_OPTIONS,
  commands: [
    instancesCommand,
    typeCommand({
      program,
      name: 'networks',
      summary: 'Move networks with their subnets, of Neutron or nova-network',
      types: ['network', 'subnet'],
      owner: 'tenant',
    }),
    typeCommand({
      program,
      name: 'quotas',
      summary: 'Move quotas of Nova, Neutron and Cinder, as far as they differ from the defaults',
      types: ['quota'],
      owner: 'tenant',
    }),
    typeCommand({
      program,
      name: 'flavors',
      summary: 'Move flavors with extra specs and access lists; ids are kept',
      types: ['flavor'],
      owner: 'nobody',
    }),
    typeCommand({ program, name: 'keypairs', summary: 'Move public keys', types: ['keypair'], owner: 'user' }),
    typeCommand({
      program,
      name: 'secgroups',
      summary: 'Move security groups with their rules',
      types: ['security-group'],
      owner: 'tenant',
    }),
    hostCommand(program, 'host'),
    completionCommand(program, 'the names of configured clouds'),
  ],
};
