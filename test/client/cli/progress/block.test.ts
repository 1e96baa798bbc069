import { describe, expect, test } from '@jest/globals';
import { progressBlock } from '../../../../client/cli/progress/block.ts';
import { changes } from '../../../../client/cli/progress/changes.ts';
import { Rate } from '../../../../client/cli/progress/rate.ts';
import { GIB, look, progress } from './recorded-run.ts';

const settings = { columns: 80, unicode: true, bytesPerSecond: 128 * 1024 ** 2 };

describe('the block that is redrawn while a run is followed', () => {
  test('tells the stage, what is done, what runs and waits, bytes, rate and time', () => {
    expect(progressBlock(look, settings)).toEqual([
      'tenant acme, old → new: instances, 3 m 05 s',
      '  network 2/2   image 2/3, 1 failed   server 2/6, 1 skipped',
      '  server web-1: copy transfer image, 512 MiB of 2 GiB, 41 s',
      '  server id-of-web-2: move it, 3 s',
      '  waiting: 1 server',
      '  1.5 GiB copied of 4 GiB at most, 128 MiB/s, at most 20 s left at this rate',
      '  failed: image private: the bytes are not those of the source',
    ]);
  });

  test('fits a narrow window, in ASCII where the terminal has no more', () => {
    const lines = progressBlock(look, { ...settings, columns: 30, unicode: false });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
    expect(lines[0]).toBe('tenant acme, old -> new: in...');
    expect(lines.join('')).toMatch(/^[ -~]*$/);
  });

  test('stays small whatever is at work', () => {
    const running = Array.from({ length: 50 }, (_, index) => ({
      ...progress.running[1]!,
      id: `s${index}`,
    }));
    const lines = progressBlock({ ...look, progress: { ...progress, running } }, settings);
    expect(lines).toContain('  and 42 more at work');
    expect(lines.length).toBeLessThan(20);
  });

  test('tells nothing of time where nothing is copied', () => {
    const lines = progressBlock({ ...look, pending: [] }, settings);
    expect(lines).toContain('  1 GiB copied');
    expect(lines.join('\n')).not.toContain('left');
  });

  test('tells no time while nothing says how much an instance takes', () => {
    const server = { total: 6, done: 0, failed: 0, skipped: 0 };
    const early = { ...progress, counts: { ...progress.counts, server }, sizeBytes: 60_000 * GIB };
    const lines = progressBlock({ ...look, progress: early }, settings).join('\n');
    expect(lines).toContain('1.5 GiB copied of 58.6 TiB at most, 128 MiB/s');
    expect(lines).not.toContain('left');
  });

  test('tells the time of copies under way and of what is to come by what they take, not by the disks of flavors', () => {
    const vast = { ...progress, sizeBytes: 60_000 * GIB };
    // 1.5 GiB of this one, and two servers that may take 2 GiB each.
    expect(progressBlock({ ...look, progress: vast }, settings).join('\n')).toContain('at most 44 s left at this rate');
    const server = { total: 6, done: 5, failed: 0, skipped: 0 };
    const last = { ...vast, counts: { server }, running: progress.running.slice(0, 1) };
    expect(progressBlock({ ...look, progress: last }, settings).join('\n')).toContain('at most 12 s left at this rate');
  });

  test('says so when no worker answers', () => {
    const { progress: _none, ...blind } = look;
    expect(progressBlock(blind, { ...settings, columns: 120 })).toEqual([
      'no worker answers: the run waits for one (start it with pump-worker, or all on this machine with pump-dev)',
    ]);
  });

  test('shows no control characters of names', () => {
    const evil = { ...progress, what: 'tenant \u001b[2J' };
    expect(progressBlock({ ...look, progress: evil }, settings)[0]).toContain('tenant \\u001b[2J');
  });
});

describe('lines instead of the block', () => {
  test('tell all of a first look', () => {
    expect(changes(undefined, progress)).toEqual([
      'stage instances',
      'network 2/2',
      'image 2/3, 1 failed',
      'server 2/6, 1 skipped',
      'server web-1: move it',
      'server id-of-web-2: move it',
      'failed: image private: the bytes are not those of the source',
    ]);
  });

  test('tell only what is new', () => {
    expect(changes(progress, progress)).toEqual([]);
    const server = { total: 6, done: 3, failed: 0, skipped: 1 };
    const next = { ...progress, counts: { ...progress.counts, server }, running: progress.running.slice(1) };
    expect(changes(progress, { ...next, stage: 'verify', paused: true, notes: ['slow'] })).toEqual([
      'stage verify',
      'paused',
      'server 3/6, 1 skipped',
      'note: slow',
    ]);
  });
});

describe('the rate', () => {
  test('is that of the last seconds', () => {
    const rate = new Rate();
    expect(rate.bytesPerSecond).toBeUndefined();
    for (let second = 0; second <= 60; second++)
      rate.add({ atMs: second * 1000, bytes: second < 30 ? 0 : (second - 30) * GIB });
    expect(rate.bytesPerSecond).toBe(GIB);
  });

  test('begins anew when a copy begins anew', () => {
    const rate = new Rate();
    rate.add({ atMs: 0, bytes: 10 * GIB });
    rate.add({ atMs: 1_000, bytes: 0 });
    rate.add({ atMs: 2_000, bytes: 1_000 });
    expect(rate.bytesPerSecond).toBe(1_000);
  });
});
