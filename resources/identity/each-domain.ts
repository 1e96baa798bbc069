import { type ApiError, isApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { ResourceTypeName } from '../resource-type.ts';

/** Errors that may be one domain's: its LDAP is down or slow, or policy keeps it from the login. */
const ONE_DOMAINS = ['forbidden', 'unavailable', 'timeout', 'invalid', 'not-found'] as const;

/**
 * Pages of every domain, asked for one by one: without a domain, Keystone answers for the token's own only as soon as
 * domains have drivers of their own. A domain that cannot be read is a note; when none can, its error is thrown.
 */
export async function* ofEachDomain<T>(
  reader: Reader,
  type: ResourceTypeName,
  pagesOf: (domainId: string) => AsyncIterable<readonly T[]>,
): AsyncIterable<readonly T[]> {
  const failures: { readonly domainId: string; readonly error: ApiError }[] = [];
  const domainIds = await visibleDomainIds(reader);
  for (const domainId of domainIds) {
    try {
      yield* pagesOf(domainId);
    } catch (error) {
      if (!isApiError(error, ...ONE_DOMAINS)) throw error;
      failures.push({ domainId, error });
    }
  }
  if (failures[0] !== undefined && failures.length === domainIds.length) throw failures[0].error;
  for (const { domainId, error } of failures)
    if (error.kind !== 'not-found')
      reader.note(`the ${type}s of domain ${domainId} cannot be listed: ${error.details.reason}`, type);
}

/** All, or the domain of the login's scope where policy keeps the list from it. */
function visibleDomainIds(reader: Reader): Promise<readonly string[]> {
  return reader.once('ids of domains', async () => {
    const ids: string[] = [];
    try {
      for await (const page of (await reader.cloud.identity()).domains()) ids.push(...page.map(({ id }) => id));
      return ids;
    } catch (error) {
      if (!isApiError(error, 'forbidden')) throw error;
      const { scope } = await reader.cloud.whoAmI();
      if (scope.kind === 'domain') return [scope.domain.id];
      return scope.kind === 'project' && scope.project.domain !== undefined ? [scope.project.domain.id] : [];
    }
  });
}
