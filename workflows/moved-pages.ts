import type { MovedResource, MovedServer } from '../activities/moved-activities.ts';
import type { MovedBeside } from '../activities/moved-besides.ts';
import type { StrandedServer } from '../activities/moved-stranded.ts';
import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { MigrationRun } from './migration-run.ts';
import { finding } from './move-activities.ts';

const PAGE_SIZE = 100;

/** What was moved of a type, as the marks in the target say: all, or what this run has made. */
export async function* movedResources(
  run: MigrationRun,
  type: ResourceTypeName,
  ofRunOnly: boolean,
): AsyncGenerator<readonly MovedResource[], undefined> {
  const summary = `look for moved resources of type ${type}`;
  yield* pages((request) => finding.movedResources.executeWithOptions({ summary }, [request]), run, type, ofRunOnly);
}

export async function* movedServers(
  run: MigrationRun,
  ofRunOnly: boolean,
): AsyncGenerator<readonly MovedServer[], undefined> {
  const summary = 'look for moved instances';
  yield* pages((request) => finding.movedServers.executeWithOptions({ summary }, [request]), run, 'server', ofRunOnly);
}

/** What was moved along with a tenant and belongs to the cloud, or to others. */
export async function movedBesides(run: MigrationRun): Promise<readonly MovedBeside[]> {
  const { selection } = run.request;
  const all: MovedBeside[] = [];
  for (let offset = 0, isLast = false; !isLast; offset += PAGE_SIZE) {
    const request = { ...run.move, selection, offset, limit: PAGE_SIZE };
    const summary = 'look for what was moved along';
    const page = await finding.movedBesides.executeWithOptions({ summary }, [request]);
    all.push(...page.moved);
    isLast = page.isLast;
  }
  return all;
}

/** Stopped in the source for a move whose copy is gone. */
export async function strandedServers(run: MigrationRun): Promise<readonly StrandedServer[]> {
  const { selection } = run.request;
  const all: StrandedServer[] = [];
  for (let offset = 0, isLast = false; !isLast; offset += PAGE_SIZE) {
    const request = { ...run.move, selection, offset, limit: PAGE_SIZE };
    const summary = 'look for instances that are stopped and have no copy';
    const page = await finding.strandedServers.executeWithOptions({ summary }, [request]);
    all.push(...page.moved);
    isLast = page.isLast;
  }
  return all;
}

type PageRequest = Parameters<typeof finding.movedResources>[0];

/** The whole list first: what is removed while one pages would shift the pages. */
async function* pages<M extends MovedResource>(
  read: (request: PageRequest) => Promise<{ readonly moved: readonly M[]; readonly isLast: boolean }>,
  run: MigrationRun,
  type: ResourceTypeName,
  ofRunOnly: boolean,
): AsyncGenerator<readonly M[], undefined> {
  const { selection } = run.request;
  const all: (readonly M[])[] = [];
  for (let offset = 0, isLast = false; !isLast; ) {
    const page = await read({ ...run.move, selection, type, offset, limit: PAGE_SIZE, ofRunOnly });
    all.push(page.moved);
    offset += PAGE_SIZE;
    isLast = page.isLast;
  }
  yield* all;
  return undefined;
}
