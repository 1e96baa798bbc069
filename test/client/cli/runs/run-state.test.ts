import { describe, expect, test } from '@jest/globals';
import { shortRun, stateText } from '../../../../client/cli/commands/runs/run-state.ts';
import type { RunSummary } from '../../../../client/run-list.ts';
import { progress } from '../progress/recorded-run.ts';

const run: RunSummary = {
  workflowId: 'migrate-tenant/old/new/be5a0b7f7b904009a3b0b43836b89dce',
  runId: '01a20664',
  kind: 'migrate-tenant',
  status: 'running',
  stage: 'verify',
  startedAt: '2026-11-23T00:00:00.000Z',
};

describe('how a run stands', () => {
  test('is one thing while it runs: what it does, or where it waits', () => {
    expect(stateText(run)).toBe('running: verify');
    expect(stateText({ ...run, gate: 'delete-source' })).toBe('waits at gate delete-source');
    expect(stateText(run, { ...progress, paused: true })).toBe('paused: instances');
  });

  test('says how it ended, not only that it did', () => {
    const ended = (stage: string) => stateText({ ...run, status: 'completed', stage });
    expect(['done', 'partly', 'compensated', 'nothing-to-do'].map(ended)).toEqual([
      ...['done', 'partly done', 'undone', 'nothing to do'],
    ]);
    expect(stateText({ ...run, status: 'terminated' })).toBe('terminated');
  });

  test('stands beside a run that is named by so much of its id as a narrow window has room for', () => {
    expect(shortRun(run.workflowId)).toBe('migrate-tenant/old/new/be5a0b7f');
    expect(shortRun('discover/old')).toBe('discover/old');
  });
});
