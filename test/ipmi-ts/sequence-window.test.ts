import { expect, it } from '@jest/globals';
import { SequenceWindow } from '../../ipmi-ts/src/sequence-window.ts';

const taken = (window: SequenceWindow, ...sequences: readonly number[]) =>
  sequences.map((sequence) => window.accept(sequence));

it('takes packets in order, and none twice', () => {
  expect(taken(new SequenceWindow(), 1, 2, 2, 3, 1)).toEqual([true, true, false, true, false]);
});

it('takes late packets once', () => {
  expect(taken(new SequenceWindow(), 1, 5, 3, 4, 3, 2)).toEqual([true, true, true, true, false, true]);
});

it('takes one that is 15 behind the newest, and none behind that', () => {
  expect(taken(new SequenceWindow(), 1, 40, 25, 24)).toEqual([true, true, true, false]);
});

it('remembers what it has seen when many packets were lost between', () => {
  expect(taken(new SequenceWindow(), 1, 20, 35, 20, 21)).toEqual([true, true, true, false, true]);
});

it('takes no packet from far ahead, and no number 0', () => {
  expect(taken(new SequenceWindow(), 1, 2_000_000, 0, 2)).toEqual([true, false, false, true]);
});

it('goes on after the last number', () => {
  expect(taken(new SequenceWindow(0xffff_fffd), 0xffff_fffe, 1, 0xffff_ffff, 2, 0xffff_fffe)).toEqual([
    ...[true, true, true, true, false],
  ]);
});
