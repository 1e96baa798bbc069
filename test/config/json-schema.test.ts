import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { jsonSchema } from '../../config/index.ts';

const committed: unknown = JSON.parse(readFileSync('config/pumphouse.schema.json', 'utf8'));

test('the committed schema is the one of this code: npm run build && node dist/config/write-schema.js', () => {
  expect(committed).toEqual(jsonSchema());
});

test('an editor can explain every key', () => {
  expect(unexplained(committed, '')).toEqual([]);
});

/** Paths of the keys that have no description. */
function unexplained(node: unknown, path: string): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const inside = unexplained(value, `${path}/${key}`);
    const isKey = path.endsWith('/properties') && !path.endsWith('/properties/properties');
    const explained = typeof value === 'object' && value !== null && 'description' in value;
    return isKey && !explained ? [`${path}/${key}`, ...inside] : inside;
  });
}
