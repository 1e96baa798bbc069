import { AmbiguousName, find, UnknownName } from '../../../resources/find.ts';
import { hostNamed } from '../../../resources/hosts.ts';
import type { Reader } from '../../../resources/reader.ts';
import type { Resource } from '../../../resources/resource-type.ts';
import { isApiError } from '../../../services/openstack/index.ts';
import { adminOnly } from '../admin-only.ts';
import { Explained } from '../failure.ts';
import type { NamedSelection } from '../plan/move-selection.ts';
import { tenantId, tenantNames, withCandidates } from '../tenants.ts';
import { UsageError } from '../usage-error.ts';

/** Words that say which instances. */
export interface InstanceWords {
  /** Instances, hosts or tenants: whatever each is. */
  readonly words: readonly string[];
  readonly instance: readonly string[];
  readonly host: readonly string[];
  readonly tenant: readonly string[];
}

type Meaning = 'instance' | 'host' | 'tenant';

/** One selection for all instances that are named, and one for each host and tenant. */
export async function instancesNamed(source: Reader, given: InstanceWords): Promise<readonly NamedSelection[]> {
  const named = { instance: [...given.instance], host: [...given.host], tenant: [...given.tenant] };
  for (const word of given.words) named[await meaningOf(source, word)].push(word);
  const found: NamedSelection[] = [];
  if (named.instance.length > 0) found.push(await theseInstances(source, named.instance));
  for (const word of new Set(named.host)) {
    const { host } = await adminOnly('can tell what is on a host', () => hostNamed(source, word));
    found.push({ selection: { kind: 'host', host }, what: `instances on host ${host}` });
  }
  for (const word of new Set(named.tenant)) {
    const projectId = await tenantId(source, word);
    const name = (await tenantNames(source)).get(projectId) ?? projectId;
    found.push({ selection: { kind: 'types', types: ['server'], projectId }, what: `instances of tenant ${name}` });
  }
  return found;
}

async function theseInstances(source: Reader, words: readonly string[]): Promise<NamedSelection> {
  const servers = new Map<string, Resource>();
  for (const word of words) {
    const server = await withCandidates(source, 'instance', word, () => find(source, 'server', word));
    servers.set(server.id, server);
  }
  const names = [...servers.values()].map(({ name, id }) => name || id).join(', ');
  return {
    selection: { kind: 'resources', type: 'server', ids: [...servers.keys()] },
    what: `${servers.size === 1 ? 'instance' : 'instances'} ${names}`,
  };
}

/** What a word is the name of. A word that could be two things is asked back, not guessed. */
async function meaningOf(source: Reader, word: string): Promise<Meaning> {
  const [instance, host, tenant] = await Promise.all([
    exists(() => find(source, 'server', word)),
    exists(() => hostNamed(source, word)),
    exists(() => find(source, 'project', word)),
  ]);
  const meanings = Object.entries({ instance, host, tenant }).flatMap(([meaning, isOne]) =>
    isOne ? [meaning as Meaning] : [],
  );
  const [only, ...others] = meanings;
  const { name } = source.cloud;
  if (only === undefined)
    throw new Explained(`${name}: no instance, host or tenant is called ${JSON.stringify(word)}, by name or id`);
  if (others.length === 0) return only;
  const list = meanings.map((meaning) => `--${meaning} ${shellWord(word)}`).join(' or ');
  const kinds = meanings.map((meaning) => `${meaning === 'instance' ? 'an' : 'a'} ${meaning}`).join(' and ');
  throw new UsageError(`${name}: ${JSON.stringify(word)} is ${kinds}; say which: ${list}`);
}

/** Several of a name are something, too: the search that follows lists them. Hosts are an admin's to see. */
async function exists(search: () => Promise<unknown>): Promise<boolean> {
  try {
    await search();
    return true;
  } catch (error) {
    if (error instanceof AmbiguousName) return true;
    if (error instanceof UnknownName || isApiError(error, 'forbidden')) return false;
    throw error;
  }
}

function shellWord(word: string): string {
  return /^[\w.:/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
