import { z } from 'zod';
import { compareMicroversions, type Microversion } from '../../../services/openstack/microversion.ts';

/** A field that came with a microversion: the server must have it from there on, and may before. */
export type Since = <T extends z.ZodType>(version: Microversion, schema: T) => T | z.ZodOptional<T>;

export function sinceFor(max: Microversion | undefined): Since {
  return (version, schema) =>
    max !== undefined && compareMicroversions(max, version) >= 0 ? schema : schema.optional();
}

export const texts = z.record(z.string(), z.string());
/** Ids as OpenStack makes them: not empty. */
export const id = z.string().min(1);
export const nullableText = z.string().nullable();
export const time = z.string().regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/);

/** What is wrong with each item, as sentences. */
export function shapeProblems(what: string, schema: z.ZodType, items: readonly unknown[]): string[] {
  return items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [] : [`${what}: ${z.prettifyError(parsed.error).replace(/\s+/g, ' ')}`];
  });
}
