import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { jsonSchema } from '../../config/index.ts';
import { CLOUD } from './bad-file.ts';
import { Scratch } from './scratch.ts';

const documentation = readFileSync('docs/configuration.md', 'utf8');
const examples = [...documentation.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] ?? '');

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  for (const name of ['fuel', 'snmp-auth', 'snmp-priv']) scratch.write(`secrets/${name}`, 's3cret\n');
  scratch.write('clouds.yaml', 'clouds: { mira: { auth: { auth_url: "http://h/v3", username: u, password: p } } }');
  Object.assign(scratch.env, { OLD_CLOUD_PASSWORD: 's3cret', BMC_PASSWORD: 's3cret' });
});
afterEach(() => scratch.remove());

test.each(examples.filter((example) => /^(source|target):/.test(example)))('this example loads:\n%s', (example) => {
  expect(() => scratch.load(example)).not.toThrow();
});

test('the examples of the sections fit together', () => {
  const sections = examples.filter((example) =>
    /^(hosts|switches|mappings|policy|gates|transfer|temporal):/.test(example),
  );
  const configuration = scratch.load(`source: [${CLOUD}]\n${sections.join('')}`);
  expect(configuration.hosts[0]?.switchPort?.switch).toBe(configuration.switches[0]?.name);
  expect(sections).toHaveLength(6);
});

test('every key that can be written is explained', () => {
  const missing = [...keysOf(jsonSchema())].filter((key) => !new RegExp(`\\b${key}\\b`).test(documentation));
  expect(missing).toEqual([]);
});

function keysOf(node: unknown): ReadonlySet<string> {
  if (typeof node !== 'object' || node === null) return new Set();
  const properties =
    'properties' in node && typeof node.properties === 'object' ? Object.keys(node.properties ?? {}) : [];
  return new Set([...properties, ...Object.values(node).flatMap((inner) => [...keysOf(inner)])]);
}
