import type { Program } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { LOOKING_OPTIONS } from './common-options.ts';
import { typeCommand } from './moving/type-command.ts';

const program = 'pump-glance';

export const pumpGlance: Program = {
  name: program,
  summary: 'Moves images from one cloud to another, as runs in Temporal.',
  common: LOOKING_OPTIONS,
  commands: [
    typeCommand({
      program,
      name: 'images',
      summary: 'Move images: bytes with checksums, properties, tags, members; ids are kept',
      types: ['image'],
      owner: 'tenant',
    }),
    completionCommand(program, 'the names of configured clouds'),
  ],
};
