import type { Cloud, NovaServer } from '../../services/openstack/index.ts';
import { serversMadeOf } from '../compute/server-search.ts';
import { ourLock } from '../compute/source-server/our-lock.ts';
import { comesFrom, splitProperties } from '../moving/origin.ts';
import { Reader } from '../reader.ts';

/**
 * The cloud that a run has moved a server to, which it has left stopped and locked. The reason of the lock tells; where Nova is too old to
 * keep one (2.73), a copy in `target` that carries the server's mark. One whose move failed is still the only good one, and not moved.
 */
export async function movedTo(
  server: NovaServer,
  cloud: string,
  target: Cloud | undefined,
): Promise<string | undefined> {
  const { id, status, locked, locked_reason: lockedReason, metadata } = server;
  if (status !== 'SHUTOFF' || locked === false) return undefined;
  if (lockedReason !== undefined) {
    const ours = ourLock({ locked: locked ?? false, ...(lockedReason === null ? {} : { lockedReason }) });
    return ours?.isFailed === true ? undefined : ours?.target;
  }
  if (target === undefined || splitProperties(metadata).failure !== undefined) return undefined;
  for await (const page of serversMadeOf(new Reader(target), id, undefined))
    if (page.some((copy) => comesFrom(splitProperties(copy.metadata).origin, cloud, id))) return target.name;
  return undefined;
}
