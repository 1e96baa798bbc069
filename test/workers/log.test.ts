import { expect, it } from '@jest/globals';
import { Secret } from '../../config/secret.ts';
import { createLog, formatForTerminal, temporalLogger } from '../../workers/log.ts';

function recorder() {
  const lines: string[] = [];
  return { lines, log: createLog('info', { write: (line) => void lines.push(line) }) };
}

it('writes one JSON line an event', () => {
  const { lines, log } = recorder();
  log.info({ queue: 'pumphouse' }, 'worker runs');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'info', time: expect.any(Number), queue: 'pumphouse', msg: 'worker runs' },
  ]);
});

it('never writes a secret, wherever it is', () => {
  const { lines, log } = recorder();
  const secret = new Secret('hunter2');
  log.info({ secret, cloud: { password: 'hunter2', deep: { token: 'hunter2' } }, apiKey: 'hunter2' }, 'login');
  log.error({ error: new Error(`refused ${secret}`, { cause: { authorization: 'hunter2' } }) }, 'failed');
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.join('')).toContain('***');
});

it("takes the SDK's lines with their level and fields, and keeps quiet about what we mean so", () => {
  const { lines, log } = recorder();
  const sdk = temporalLogger(log);
  sdk.log('WARN', 'slow', { taskQueue: 'pumphouse' });
  sdk.warn('No workflows registered, not polling for workflow tasks');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'warn', taskQueue: 'pumphouse', msg: 'slow' }]);
});

it('is readable on a terminal', () => {
  const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
  const line = JSON.stringify({ time, level: 'warn', msg: 'retrying', attempt: 2, queues: ['a'] });
  expect(formatForTerminal(line)).toBe('03:04:05 warn  retrying  attempt=2  queues=["a"]\n');
});
