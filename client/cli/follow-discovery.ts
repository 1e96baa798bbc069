import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { countAll } from '../../planning/inventory-totals.ts';
import type { CloudInventory } from '../../workflows/discover-cloud.ts';
import type { DiscoveryProgress } from '../../workflows/discovery.ts';
import type { StartedRun } from '../started-run.ts';
import { Explained } from './failure.ts';
import { NO_WORKER } from './progress/no-worker.ts';
import type { Terminal } from './terminal.ts';

const BETWEEN_LOOKS_MS = 1_000;
/** A worker that is there answers a query long before. */
const PATIENCE_MS = 8_000;

/** The result of a discovery; until then, lines on stderr that tell how far it is. */
export async function followDiscovery(
  run: StartedRun<CloudInventory, DiscoveryProgress>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CloudInventory> {
  const ended = new AbortController();
  const followed = tellProgress(run, terminal, AbortSignal.any([signal, ended.signal]));
  try {
    return await run.result();
  } catch (error) {
    throw error instanceof WorkflowFailedError ? new Explained(rootCause(error)) : error;
  } finally {
    ended.abort();
    await followed;
  }
}

async function tellProgress(
  run: StartedRun<CloudInventory, DiscoveryProgress>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    const line = await Promise.race([lineOf(run), sleep(PATIENCE_MS, NO_WORKER, { signal }).catch(() => told)]);
    if (line !== told && !signal.aborted) terminal.talk(line);
    told = line;
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function lineOf(run: StartedRun<CloudInventory, DiscoveryProgress>): Promise<string> {
  try {
    const progress = await run.progress();
    const reading = progress.reading.length === 0 ? '' : `, reading ${progress.reading.join(', ')}`;
    return `${progress.stage}: ${countAll(progress)} resources of ${progress.tenants} tenants${reading}`;
  } catch {
    return NO_WORKER;
  }
}

/** What went wrong in the activity, in its own words: the failures around it only say that something below failed. */
function rootCause(error: WorkflowFailedError): string {
  let cause: Error = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.message;
}
