import { type ApiError, isApiError, notFound, type ServiceType } from '../services/openstack/index.ts';
import type { Reader } from './reader.ts';
import type { ResourceTypeName } from './resource-type.ts';

/** Whether the login may ask Nova for every project's servers; a plain user gets 403. Asked once a reader. */
export function seesEveryProject(reader: Reader): Promise<boolean> {
  return reader.once('compute every project', async () => {
    try {
      await reader.cloud.compute.client.get('servers', { query: { all_tenants: 1, limit: 1 } });
      return true;
    } catch (error) {
      if (!isApiError(error, 'forbidden')) throw error;
      reader.note(await ownProjectOnly(reader));
      return false;
    }
  });
}

/**
 * Takes the note that a plain user sees its own volumes only. Cinder leaves the wish for all out without a word; the list of
 * its services is refused to who is no admin.
 */
export function noteWhoseVolumes(reader: Reader): Promise<void> {
  return reader.once('volumes of every project', async () => {
    try {
      await reader.cloud.volume.client.get('os-services');
    } catch (error) {
      if (!isApiError(error, 'forbidden', 'not-found')) throw error;
      if (error.kind === 'forbidden') reader.note(await ownProjectOnly(reader));
    }
  });
}

/** Nova leaves servers of a cell that does not answer out of its lists without a word; its services tell (2.69). Admins only. */
export function noteDownCells(reader: Reader): Promise<void> {
  return reader.once('down cells', async () => {
    try {
      const services = await reader.cloud.compute.computeServices();
      if (services.some(({ status }) => status === 'UNKNOWN'))
        reader.note('a cell of Nova is down: its servers are not listed', 'server');
    } catch (error) {
      if (!isApiError(error, 'forbidden')) throw error;
    }
  });
}

async function ownProjectOnly(reader: Reader): Promise<string> {
  const { user } = await reader.cloud.whoAmI();
  const project = await reader.cloud.project();
  const where = project === undefined ? 'no project' : `project ${project.name}`;
  return `${user.name} is no admin of this cloud: only what ${where} may see is listed`;
}

/** The project that the login is scoped to. */
export async function ownProjectId(reader: Reader): Promise<string | undefined> {
  return (await reader.cloud.project())?.id;
}

/** What `read` gives, or nothing and a note where policy forbids it. */
export async function unlessForbidden<T>(
  reader: Reader,
  type: ResourceTypeName,
  what: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
    reader.note(`not allowed to read ${what}`, type);
    return undefined;
  }
}

/** What `read` gives, or nothing where it was deleted since a list named it: that ends no look. */
export async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isApiError(error, 'not-found')) throw error;
    return undefined;
  }
}

/** The error of a `get` whose resource was there and is not when the rest of it is read. */
export function goneMeanwhile({ cloud }: Reader, service: ServiceType, path: string): ApiError {
  return notFound({ cloud: cloud.name, service, path, reason: 'it was deleted while it was read' });
}

/** Pages as they come; where policy forbids the list, nothing and a note. */
export async function* pagesUnlessForbidden<T>(
  reader: Reader,
  type: ResourceTypeName,
  what: string,
  pages: AsyncIterable<readonly T[]>,
): AsyncIterable<readonly T[]> {
  try {
    yield* pages;
  } catch (error) {
    if (!isApiError(error, 'forbidden')) throw error;
    reader.note(`not allowed to list ${what}`, type);
  }
}
