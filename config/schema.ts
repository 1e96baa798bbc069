import { z } from 'zod';
import { cloudSchema } from './cloud-schema.ts';
import { evacuationSchema } from './evacuation.ts';
import { nonEmptyList, section } from './fields.ts';
import { hostSchema, switchSchema } from './inventory-schema.ts';
import { passwordsSchema } from './passwords.ts';
import { copySchema, gatesSchema, mappingsSchema, policySchema, temporalSchema } from './policy-schema.ts';
import { transferSchema } from './transfer.ts';

function fileSchema<C extends z.ZodType>(cloud: C) {
  return z.strictObject({
    source: section('Clouds to move from.', nonEmptyList(cloud)),
    target: section('Clouds to move to.', nonEmptyList(cloud)),
    hosts: section('Machines that may move from source to target.', z.array(hostSchema)),
    switches: section('Switches that the hosts are wired to.', z.array(switchSchema)),
    mappings: section('What in the target stands for what in the source, where names and ids differ.', mappingsSchema),
    policy: section('How resources are moved, by type.', policySchema),
    passwords: section('What users made in the target log in with.', passwordsSchema),
    gates: section('How long a run waits for a person.', gatesSchema),
    transfer: section('How hosts go from source to target.', transferSchema),
    evacuation: section('How hosts of a cloud are emptied.', evacuationSchema),
    copy: section('How bytes are copied.', copySchema),
    temporal: section('The Temporal server that keeps the runs.', temporalSchema),
  });
}

/** Everything but the clouds: those are checked one by one, after clouds.yaml has been merged in. */
export const outlineSchema = fileSchema(z.unknown());

/** `pumphouse.yaml` for editors, https://json-schema.org/draft/2020-12. */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema(cloudSchema), {
    io: 'input',
    override: ({ jsonSchema: node }) => {
      const { editor } = node;
      if (editor === undefined || editor === null) return;
      for (const key of ['editor', 'type', 'enum', 'pattern', 'minLength'] as const) delete node[key];
      Object.assign(node, editor);
    },
  });
  return { $schema, title: 'pumphouse.yaml', description: 'Configuration of Pumphouse on Temporal.', ...schema };
}
