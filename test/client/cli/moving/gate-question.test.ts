import { describe, expect, test } from '@jest/globals';
import { planLines, understood } from '../../../../client/cli/moving/gate-question.ts';
import { takes } from '../../../../client/gate-answers.ts';
import { actionsText } from '../../../../planning/actions-text.ts';

const answersOf = (...verdicts: readonly string[]) => ({
  answers: verdicts.map((verdict) => `pump-runs ${verdict} migrate-tenant/old/new/1 delete-source`),
});

describe('a plan at its gate', () => {
  test('counts what is there already as the plan’s own summary does, and nothing as "to skip" or "to conflict"', () => {
    const counts = { role: { adopt: 1, skip: 3 }, server: { create: 2, conflict: 1 }, quota: { skip: 1 } } as const;
    const done = { role: 2, quota: 1 };
    expect(planLines({ counts, done })).toEqual([
      '  role: 1 to adopt, 2 done already, 1 skipped',
      '  quota: 1 done already',
      '  server: 2 to create, 1 conflict',
    ]);
    expect(actionsText(Object.values(counts), 3)).toBe(
      '2 to create, 1 to adopt, 0 to update, 3 done already, 1 skipped, 1 conflict',
    );
  });
});

describe('an answer typed at a gate', () => {
  test('is one of the words that the gate takes', () => {
    const all = { approve: true, skip: true, retry: true };
    expect(['y', 'No', 'k', 'r', 'retry', 'l', ''].map((typed) => understood(typed, all))).toEqual([
      ...['approve', 'reject', 'skip', 'retry', 'retry', 'later'],
      undefined,
    ]);
    const none = { approve: true, skip: false, retry: false };
    expect(['k', 'r', 'skip', 'retry'].map((typed) => understood(typed, none))).toEqual(Array(4).fill(undefined));
  });

  test('may be to try again only where the gate says so', () => {
    expect(takes(answersOf('approve', 'reject', 'skip'), 'retry')).toBe(false);
    expect(takes(answersOf('approve', 'reject', 'skip', 'retry'), 'retry')).toBe(true);
  });
});
