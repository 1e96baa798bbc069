import { z } from 'zod';
import { duration, integer, nonEmptyList, oneOf, section } from './fields.ts';

const MOST_AT_ONCE = 100;

export const evacuationSchema = z.strictObject({
  ways: section(
    'In which order an instance that runs is tried. Default: live, cold.',
    nonEmptyList(oneOf('How it goes.', ['live', 'cold'])),
  ),
  storage: oneOf('How disks go with an instance that runs. Default: auto, which asks Nova.', [
    'auto',
    'shared',
    'block',
  ]).optional(),
  concurrency: integer('Instances under way at once. Default: 4.', 1, MOST_AT_ONCE).optional(),
  per_host: integer(
    'To one host at once with --to; without, so many for each host that could take some, together. Default: 2.',
    1,
    MOST_AT_ONCE,
  ).optional(),
  converge_timeout: duration('After so long a live migration counts as slow. Default: 15m.').optional(),
  on_slow: oneOf(
    'What is done with a live migration that is slow: completed by force, ended (and the next way tried), or awaited. Default: force-complete.',
    ['force-complete', 'abort', 'wait'],
  ).optional(),
  suspended: oneOf('Suspended instances stay, or are resumed, moved and suspended again. Default: leave.', [
    'leave',
    'resume',
  ]).optional(),
  host_down: oneOf(
    'Instances of a host that is down, and forced down, stay or are built anew elsewhere. Default: leave.',
    ['leave', 'rebuild'],
  ).optional(),
  on_error: oneOf(
    'When one fails: go on with the others, or begin none and enable the host again. Default: continue.',
    ['continue', 'compensate'],
  ).optional(),
});

export type EvacuationKeys = z.output<typeof evacuationSchema>;

/** Only what the file says: defaults are `evacuationPolicy`'s business. */
export interface EvacuationSettings {
  readonly ways?: readonly ('live' | 'cold')[];
  readonly storage?: 'auto' | 'shared' | 'block';
  readonly concurrency?: number;
  readonly perHost?: number;
  readonly convergeTimeoutMs?: number;
  readonly onSlow?: 'force-complete' | 'abort' | 'wait';
  readonly suspended?: 'leave' | 'resume';
  readonly hostDown?: 'leave' | 'rebuild';
  readonly onError?: 'continue' | 'compensate';
}

type Given = { -readonly [K in keyof EvacuationSettings]?: EvacuationSettings[K] | null | undefined };

export function evacuationOf(keys: EvacuationKeys | null | undefined): EvacuationSettings {
  const given: Given = {
    ways: keys?.ways,
    storage: keys?.storage,
    concurrency: keys?.concurrency,
    perHost: keys?.per_host,
    convergeTimeoutMs: keys?.converge_timeout,
    onSlow: keys?.on_slow,
    suspended: keys?.suspended,
    hostDown: keys?.host_down,
    onError: keys?.on_error,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}
