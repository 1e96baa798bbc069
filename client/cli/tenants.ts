import { AmbiguousName, find, UnknownName } from '../../resources/find.ts';
import type { Reader } from '../../resources/reader.ts';
import { isApiError } from '../../services/openstack/index.ts';
import { Explained } from './failure.ts';
import { suggestion, UsageError } from './usage-error.ts';

/** Names of the tenants that the login may see, by id. Read once a reader, and only when asked for. */
export function tenantNames(reader: Reader): Promise<ReadonlyMap<string, string>> {
  return reader.once('tenant names', async () => {
    const names = new Map<string, string>();
    const { scope } = await reader.cloud.whoAmI();
    if (scope.kind === 'project') names.set(scope.project.id, scope.project.name);
    const keystone = await reader.cloud.identity();
    for (const projects of [() => keystone.projects(), () => keystone.ownProjects()]) {
      try {
        for await (const page of projects()) for (const { id, name } of page) names.set(id, name);
        return names;
      } catch (error) {
        // A plain user may not list them all. Names only decorate: without them ids are shown.
        if (!isApiError(error)) throw error;
      }
    }
    return names;
  });
}

/** Id of the tenant with this name or id. */
export async function tenantId(reader: Reader, nameOrId: string): Promise<string> {
  try {
    return (await find(reader, 'project', nameOrId)).id;
  } catch (error) {
    if (error instanceof AmbiguousName)
      throw new UsageError(
        ambiguity(
          reader,
          'tenant',
          nameOrId,
          error.candidates.map(({ id }) => id),
        ),
      );
    if (!(error instanceof UnknownName)) throw error;
    const names = (await tenantNames(reader)).values();
    const unknown = new UnknownName(reader.cloud.name, 'tenant', nameOrId);
    throw new Explained(`${unknown.message}${suggestion(nameOrId, names)}`);
  }
}

/** Runs `search`; where a name turns out to be ambiguous, says which tenant each candidate belongs to. */
export async function withCandidates<T>(
  reader: Reader,
  what: string,
  name: string,
  search: () => Promise<T>,
): Promise<T> {
  try {
    return await search();
  } catch (error) {
    if (!(error instanceof AmbiguousName)) throw error;
    const names = await tenantNames(reader);
    const lines = error.candidates.map(({ id, projectId }) =>
      projectId === undefined ? id : `${id}  tenant ${names.get(projectId) ?? projectId}`,
    );
    throw new UsageError(ambiguity(reader, what, name, lines));
  }
}

function ambiguity(reader: Reader, what: string, name: string, candidates: readonly string[]): string {
  const count = `${candidates.length} ${what}s are called ${JSON.stringify(name)}`;
  return [`${reader.cloud.name}: ${count}; use an id:`, ...candidates.map((line) => `  ${line}`)].join('\n');
}
