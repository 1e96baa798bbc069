import type { RunProgress, TypeProgress } from '../../../workflows/run-report.ts';
import type { RunLook } from '../../started-migration.ts';

/** All types together. */
export function totalsOf({ counts }: Pick<RunProgress, 'counts'>): TypeProgress {
  const all = { total: 0, done: 0, failed: 0, skipped: 0 };
  for (const { total, done, failed, skipped } of Object.values(counts)) {
    all.total += total;
    all.done += done;
    all.failed += failed;
    all.skipped += skipped;
  }
  return all;
}

/** What has arrived, with what is on its way. */
export function bytesOf({ progress, pending }: Pick<RunLook, 'progress' | 'pending'>): number {
  return (progress?.copiedBytes ?? 0) + pending.reduce((sum, { transfer }) => sum + (transfer?.sentBytes ?? 0), 0);
}

/** `3/6`, `3/6, 1 failed`. */
export function countText({ total, done, failed, skipped }: TypeProgress): string {
  const rest = [...(failed > 0 ? [`${failed} failed`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  return [`${done}/${total}`, ...rest].join(', ');
}
