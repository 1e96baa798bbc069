import { exactList } from './exact-list.ts';
import { hostNamed } from './hosts.ts';
import type { Reader } from './reader.ts';
import { type ListScope, RESOURCE_TYPE_NAMES, type Resource, type ResourceTypeName } from './resource-type.ts';
import { isAvailable, resourceTypes } from './resource-types.ts';

/** What of a cloud is wanted. Nothing named means all. */
export interface Selection {
  readonly types?: readonly ResourceTypeName[];
  /** A project's id. */
  readonly projectId?: string;
  /** A compute host, by the service's or hypervisor's name or the hypervisor's IP. */
  readonly host?: string;
  /** Exactly this name. */
  readonly name?: string;
  /** Ids of projects: only what none of them owns. */
  readonly outside?: ReadonlySet<string>;
}

/**
 * Resources of a cloud page by page, types in the order in which they depend on each other. A type whose service the
 * cloud does not have is left out with a note.
 */
export async function* inventory(reader: Reader, selection: Selection): AsyncIterable<readonly Resource[]> {
  const scope = await listScope(reader, selection);
  for (const name of RESOURCE_TYPE_NAMES) {
    const type = resourceTypes[name];
    if (selection.types !== undefined && !selection.types.includes(name)) continue;
    if (scope.host !== undefined && type.onHosts !== true) continue;
    if (!(await isAvailable(reader, type))) {
      reader.note(`the cloud has no ${type.service} service: no ${name} is listed`, name);
      continue;
    }
    yield* exactList(reader, type, scope);
  }
}

async function listScope(reader: Reader, selection: Selection): Promise<ListScope> {
  const host = selection.host === undefined ? undefined : (await hostNamed(reader, selection.host)).host;
  return {
    ...(selection.projectId === undefined ? {} : { projectId: selection.projectId }),
    ...(selection.name === undefined ? {} : { name: selection.name }),
    ...(host === undefined ? {} : { host }),
    ...(selection.outside === undefined ? {} : { outside: selection.outside }),
  };
}
