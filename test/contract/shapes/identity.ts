import { z } from 'zod';
import { id, nullableText } from './since.ts';

/** Keystone in v3's shapes, whichever version answered. */
const text = nullableText.optional();
const tags = z.array(z.string()).optional();
const named = z.object({ id, name: z.string().optional() });

export const identityShapes = {
  domain: z.object({ id, name: z.string().min(1), description: text, enabled: z.boolean(), tags }),
  project: z.object({
    id,
    name: z.string().min(1),
    description: text,
    enabled: z.boolean(),
    domain_id: id,
    parent_id: nullableText,
    tags,
  }),
  user: z.object({
    id,
    name: z.string().min(1),
    description: text,
    email: text,
    enabled: z.boolean(),
    domain_id: id,
    default_project_id: text,
  }),
  group: z.object({ id, name: z.string().min(1), description: text, domain_id: id }),
  role: z.object({ id, name: z.string().min(1), description: text, domain_id: text }),
  assignment: z
    .object({
      role: named,
      user: named.optional(),
      group: named.optional(),
      scope: z.object({
        project: named.optional(),
        domain: named.optional(),
        system: z.object({ all: z.boolean() }).optional(),
        'OS-INHERIT:inherited_to': z.string().optional(),
      }),
    })
    .refine(({ user, group }) => (user === undefined) !== (group === undefined), 'is a user’s or a group’s')
    .refine(({ scope }) => scope.project ?? scope.domain ?? scope.system, 'holds somewhere'),
};
