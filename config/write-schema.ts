import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { jsonSchema } from './schema.ts';

// Run as `node dist/config/write-schema.js` from the top of the checkout.
writeFileSync(resolve('config', 'pumphouse.schema.json'), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
