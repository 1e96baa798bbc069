import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../../../resources/resource-type.ts';
import type { RunLook } from '../../started-migration.ts';
import { bytesOf } from './run-totals.ts';

/** Those that have bytes to copy. */
const WITH_BYTES: ReadonlySet<ResourceTypeName> = new Set(['image', 'volume', 'server']);

/**
 * Undefined where it would be a guess. It rests on copies that are under way, of which the size is known, and on what those that are done
 * took; the sizes of a plan are those of flavors, which disks seldom fill. Leans to the longer time: what has not begun counts as the
 * largest copy under way, or as one that is done took on average, whichever is more.
 */
export function timeLeftMs({ progress, pending }: RunLook, bytesPerSecond: number): number | undefined {
  const transfers = pending.flatMap(({ transfer }) => transfer ?? []);
  if (progress === undefined || transfers.length === 0 || bytesPerSecond < 1) return undefined;
  const counts = RESOURCE_TYPE_NAMES.flatMap((type) => (WITH_BYTES.has(type) ? (progress.counts[type] ?? []) : []));
  const left = counts.map(({ total, done, failed, skipped }) => total - done - failed - skipped);
  const notBegun = sum(left) - transfers.length;
  if (notBegun > 0 && counts.some(({ done }, index) => done === 0 && left[index]! > 0)) return undefined;
  const average = progress.copiedBytes / Math.max(1, sum(counts.map(({ done }) => done)));
  const each = Math.max(average, ...transfers.map(({ sizeBytes }) => sizeBytes));
  const underWay = sum(transfers.map(({ sizeBytes, sentBytes }) => Math.max(0, sizeBytes - sentBytes)));
  const bound = progress.sizeBytes - bytesOf({ progress, pending });
  const leftBytes = Math.min(underWay + Math.max(0, notBegun) * each, Math.max(underWay, bound));
  return (leftBytes * 1000) / bytesPerSecond;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
