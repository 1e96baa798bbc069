import { describe, expect, test } from '@jest/globals';
import { copyText, counted, limitText, sizeText } from '../../planning/quantities.ts';

const GIB = 1024 ** 3;

describe('amounts that an operator reads', () => {
  test('are of one, or of several', () => {
    expect([0, 1, 2].map((count) => counted(count, 'instance'))).toEqual(['0 instances', '1 instance', '2 instances']);
    expect(counted(2, 'copy', 'copies')).toBe('2 copies');
  });

  test('are in the unit that is read best', () => {
    expect([0, 512, 1536, 5 * GIB].map(sizeText)).toEqual(['0 bytes', '512 bytes', '1.5 KiB', '5 GiB']);
  });

  test('of time are never told shorter than they are', () => {
    expect([5_000, 59_001, 60_000, 90_000].map(limitText)).toEqual(['5 s', '60 s', '1 min', '2 min']);
  });

  test('of what is to be copied tell what is known apart from what is only a limit', () => {
    expect(copyText({ sizeBytes: 0, imageBytes: 0 })).toBe('nothing to copy');
    expect(copyText({ sizeBytes: 640 * 1024, imageBytes: 640 * 1024 })).toBe('to copy: 640 KiB of images');
    expect(copyText({ sizeBytes: 85 * GIB, imageBytes: 0 })).toBe('to copy: disks of 85 GiB at most, if all were full');
    expect(copyText({ sizeBytes: 6 * GIB, imageBytes: GIB })).toBe(
      'to copy: 1 GiB of images, and disks of 5 GiB at most, if all were full',
    );
  });
});
