import { describe, expect, test } from '@jest/globals';
import { understood } from '../../../../client/cli/moving/gate-question.ts';
import { takes } from '../../../../client/gate-answers.ts';

const answersOf = (...verdicts: readonly string[]) => ({
  answers: verdicts.map((verdict) => `pump-runs ${verdict} migrate-tenant/old/new/1 delete-source`),
});

describe('an answer typed at a gate', () => {
  test('is one of the words that the gate takes', () => {
    const all = { skip: true, retry: true };
    expect(['y', 'No', 'k', 'r', 'retry', 'l', ''].map((typed) => understood(typed, all))).toEqual([
      ...['approve', 'reject', 'skip', 'retry', 'retry', 'later'],
      undefined,
    ]);
    const none = { skip: false, retry: false };
    expect(['k', 'r', 'skip', 'retry'].map((typed) => understood(typed, none))).toEqual(Array(4).fill(undefined));
  });

  test('may be to try again only where the gate says so', () => {
    expect(takes(answersOf('approve', 'reject', 'skip'), 'retry')).toBe(false);
    expect(takes(answersOf('approve', 'reject', 'skip', 'retry'), 'retry')).toBe(true);
  });
});
