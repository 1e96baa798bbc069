import { expect } from '@jest/globals';
import type { z } from 'zod';
import { shapeProblems } from './since.ts';

/** Each is what it should be, and there is at least one: an empty list proves nothing. */
export function expectShapes(what: string, schema: z.ZodType, items: readonly unknown[]): void {
  expect([what, items.length > 0]).toEqual([what, true]);
  expect(shapeProblems(what, schema, items)).toEqual([]);
}
