import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { exitCodeOf, resultLines, writeReport } from '../../../../client/cli/report/write-report.ts';
import { Terminal } from '../../../../client/cli/terminal.ts';
import { mergedReport } from '../../../../client/merged-report.ts';
import type { GateRecord, RunReport, RunResult } from '../../../../workflows/run-report.ts';
import { outcomes, progress, result } from '../progress/recorded-run.ts';

const settings = {
  format: 'table',
  column: [],
  'sort-column': [],
  noindent: false,
  quote: 'nonnumeric',
  'max-width': undefined,
  'fit-width': false,
} as const;

async function written(change: object, columns?: number): Promise<string> {
  const stdout = new PassThrough();
  const isTty = columns !== undefined;
  const terminal = new Terminal({ stdout, stderr: new PassThrough(), env: {}, isTty, ...(isTty ? { columns } : {}) });
  const shown = text(stdout);
  await writeReport({ progress, outcomes, notes: [] }, { ...settings, ...change }, terminal);
  stdout.end();
  return shown;
}

describe('the report of a run', () => {
  test('is a table with times a person can read, and a line for what was not kept', async () => {
    const table = await written({});
    expect(table).toMatch(
      /\| server +\| web-1 +\| create +\| done +\| 7d0c8e5c-\S+ \| 41 s +\| 12 s +\| 1 changed, 1 lost \|/,
    );
    expect(table).toMatch(/\| image +\| private \| create \| failed .*\| wrong bytes \|/);
    expect(table).toContain(
      'server web-1: image changed (its disk was copied); locked reason lost: was do not touch (the target is too old)\n',
    );
  });

  test('fits a window of 80 columns', async () => {
    const table = await written({}, 80);
    const frame = table.split('\n').filter((line) => /^[|+]/.test(line));
    expect(Math.max(...frame.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(table).toContain('12 s');
  });

  test('has every key in JSON, times in milliseconds and what was kept, changed and lost', async () => {
    const rows: readonly Record<string, unknown>[] = JSON.parse(await written({ format: 'json' }));
    expect(rows[2]).toMatchObject({
      type: 'server',
      id: 's1',
      action: 'create',
      outcome: 'done',
      target_id: '7d0c8e5c-6d0f-4f7e-9e1c-2a4b1f1f7a10',
      duration_ms: 41_000,
      downtime_ms: 12_345,
      fidelity: { kept: 21, changed: [{ attribute: 'imageId', why: 'its disk was copied' }] },
      error: null,
    });
    for (const row of rows) expect(Object.keys(row)).toEqual(Object.keys(rows[0]!));
  });

  test('ends with how it went, who passed the gates, and what is to be done with the sources', () => {
    expect([...resultLines(result)]).toEqual([
      'tenant acme: partly done; 6 done, 1 failed, 1 skipped, 4 GiB copied, in 2 h 07 m',
      'gate plan: approved by ann@laptop at 2026-11-23T00:00:00.000Z: CHG-1234',
      '2 instances are still in old, stopped and locked',
      '  pump-cloud finalize acme   deletes them',
      '  pump-cloud rollback acme   brings them back, and removes their copies',
    ]);
  });

  test('says of a rejected plan that nothing was changed, and not that something was undone', () => {
    const [approval] = result.gates;
    const rejectedAt = (gate: GateRecord['gate']): GateRecord => ({ ...approval!, gate, verdict: 'reject', by: 'bob' });
    const rejected: RunResult = {
      ...result,
      outcome: 'compensated',
      error: 'the plan was rejected',
      ...{ sourcesKept: 0, copiedBytes: 0, counts: {} },
      ...{ notes: [], gates: [rejectedAt('plan')] },
    };
    const [first, ...rest] = resultLines(rejected);
    expect(first).toBe('tenant acme: the plan was rejected, nothing was changed; in 2 h 07 m');
    expect(rest).toEqual([expect.stringMatching(/^gate plan: rejected by bob at /)]);
    const later: RunResult = { ...rejected, error: 'it was rejected', gates: [approval!, rejectedAt('delete-source')] };
    expect([...resultLines(later)].slice(0, 2)).toEqual([
      'tenant acme: undone, as it was before; in 2 h 07 m',
      'because: it was rejected',
    ]);
  });

  test('says of a run that was refused before it had changed anything that nothing was', () => {
    const refused: RunResult = { ...result, outcome: 'compensated', error: 'it is not empty', untouched: true };
    expect([...resultLines(refused)].slice(0, 2)).toEqual([
      expect.stringMatching(/^tenant acme: nothing was changed; /),
      'because: it is not empty',
    ]);
  });

  test('does not tell again what was told while it ran', () => {
    const noted = { ...result, notes: ['told before', 'told at its end'] };
    const lines = [...resultLines(noted, new Set(['told before']))];
    expect(lines.filter((line) => line.startsWith('note: '))).toEqual(['note: told at its end']);
  });

  test('ends with 0 when all is done or nothing was to be done, else with 1', () => {
    const codes = (['done', 'nothing-to-do', 'partly', 'compensated'] as const).map((outcome) =>
      exitCodeOf({ outcome }),
    );
    expect(codes).toEqual([0, 0, 1, 1]);
  });
});

describe('the report of a run that continued as new', () => {
  const pageOf = (names: readonly string[], earlier: readonly string[], offset: number): RunReport => ({
    progress,
    total: names.length,
    earlier,
    outcomes: names.slice(offset, offset + 2).map((name) => ({ ...outcomes[0]!, id: name, name })),
  });

  test('is put together from all executions, page by page', async () => {
    const asked: string[] = [];
    const report = await mergedReport(async ({ offset }, runId = 'now') => {
      asked.push(`${runId} ${offset}`);
      return runId === 'now' ? pageOf(['d', 'e', 'f'], ['first'], offset) : pageOf(['a', 'b', 'c'], [], offset);
    });
    expect(report.outcomes.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(asked).toEqual(['now 0', 'first 0', 'first 2', 'now 2']);
  });

  test('has what was tried again once, and says what is gone', async () => {
    const report = await mergedReport(async ({ offset }, runId = 'now') => {
      if (runId === 'gone') throw new Error('not found');
      return runId === 'now' ? pageOf(['b'], ['gone', 'first'], offset) : pageOf(['a', 'b'], [], offset);
    });
    expect(report.outcomes.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(report.notes).toEqual(['what execution gone of this run has moved cannot be fetched any more']);
  });
});
