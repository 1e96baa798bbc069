import { jsonSchema } from '../../../config/index.ts';
import { defineCommand } from '../command.ts';

export const configSchema = defineCommand({
  name: 'config schema',
  summary: 'Print the JSON Schema of pumphouse.yaml, for editors',
  positionals: {},
  options: {},
  examples: [
    { line: 'pump-cloud config schema > pumphouse.schema.json', says: 'Then, at the top of pumphouse.yaml:' },
    { line: '# yaml-language-server: $schema=pumphouse.schema.json', says: 'Editors complete and check the file' },
  ],
  async run(_values, { terminal }) {
    await terminal.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
    return 0;
  },
});
