import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEFAULTS, movePolicy } from '../../planning/policy-defaults.ts';

test('without a word in the configuration the defaults hold', () => {
  expect(movePolicy({})).toEqual(DEFAULTS);
});

test('what is said of a type replaces its default and nothing else', () => {
  const policy = movePolicy({ server: { strategy: 'image', perHost: 1 }, image: { concurrency: 9 } });
  expect(policy.server).toEqual({ ...DEFAULTS.server, strategy: 'image', perHost: 1 });
  expect(policy.image).toEqual({ ...DEFAULTS.image, concurrency: 9 });
  expect(policy.flavor).toEqual(DEFAULTS.flavor);
});

test('a disk on a host cannot move as a volume: it moves as a snapshot', () => {
  expect(movePolicy({ server: { strategy: 'volume' } }).server.strategy).toBe('snapshot');
});

test('the documentation has the same defaults', () => {
  const documentation = readFileSync('docs/configuration.md', 'utf8');
  const rows = Object.entries(DEFAULTS).map(
    ([type, { onConflict, onError, concurrency }]) =>
      `| \`${type}\` | \`${onConflict}\` | \`${onError}\` | ${concurrency} |`,
  );
  expect(rows.filter((row) => !documentation.includes(row))).toEqual([]);
  const { strategy, perHost, stopTimeoutMs } = DEFAULTS.server;
  expect(documentation).toContain(
    `\`select\` is \`all\`; a server's \`strategy\` is \`${strategy}\`, its \`per_host\` ${perHost}, its \`stop_timeout\` ${stopTimeoutMs / 60_000}m.`,
  );
});
