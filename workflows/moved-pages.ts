import type { PageOfLook } from '../activities/looks.ts';
import type { MovedPage, MovedResource, MovedServer } from '../activities/moved-activities.ts';
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
  const summary = 'look for what was moved along';
  const found = await wholeLook((page) =>
    finding.movedBesides.executeWithOptions({ summary }, [{ ...run.move, selection, ...page }]),
  );
  return found.flat();
}

/** Stopped in the source for a move whose copy is gone. */
export async function strandedServers(run: MigrationRun): Promise<readonly StrandedServer[]> {
  const { selection } = run.request;
  const summary = 'look for instances that are stopped and have no copy';
  const found = await wholeLook((page) =>
    finding.strandedServers.executeWithOptions({ summary }, [{ ...run.move, selection, ...page }]),
  );
  return found.flat();
}

type PageRequest = Parameters<typeof finding.movedResources>[0];

async function* pages<M extends MovedResource>(
  read: (request: PageRequest) => Promise<MovedPage<M>>,
  run: MigrationRun,
  type: ResourceTypeName,
  ofRunOnly: boolean,
): AsyncGenerator<readonly M[], undefined> {
  const { selection } = run.request;
  const { entriesAPage } = run.request;
  yield* await wholeLook((page) => read({ ...run.move, selection, type, ofRunOnly, ...page }), entriesAPage);
  return undefined;
}

/** The whole list first: what is removed while one pages would shift the pages. */
async function wholeLook<M>(
  read: (page: PageOfLook) => Promise<{ moved: readonly M[]; isLast: boolean; look?: string }>,
  limit = PAGE_SIZE,
): Promise<readonly (readonly M[])[]> {
  const all: (readonly M[])[] = [];
  let look: string | undefined;
  for (let offset = 0, isLast = false; !isLast; offset += limit) {
    const page = await read({ offset, limit, ...(look === undefined ? {} : { look }) });
    all.push(page.moved);
    ({ isLast, look } = page);
  }
  return all;
}
