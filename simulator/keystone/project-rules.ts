import { type Call, Refusal } from '../http/call.ts';
import { texts } from '../http/json.ts';
import type { Project } from './state.ts';

const MOST_TAGS = 80;

/** Keystone's schema of tags: the start of each message is Zed's. */
export function checkTags(given: unknown): void {
  const tags = texts(given);
  const bad = tags.findIndex((tag) => !/^[^,/]{1,255}$/u.test(tag));
  const invalid = (what: string) => new Refusal(400, `Invalid input for field ${what}`);
  if (bad >= 0) throw invalid(`'tags/${bad}': '${tags[bad]}' does not match '^[^,/]*$'`);
  if (tags.length > MOST_TAGS) throw invalid(`'tags': ${JSON.stringify(tags)} is too long`);
}

/** Nothing is made below a disabled project or domain. */
export function refuseClosed(call: Call, parentId: string): void {
  const { domains, projects } = call.cloud.identity;
  for (let id: string | undefined = parentId; id !== undefined; id = projects.get(id)?.parentId) {
    const above = projects.get(id) ?? domains.get(id);
    if (above?.enabled === false)
      throw new Refusal(400, `cannot create a project in a branch containing a disabled project: ${id}`);
  }
}

/** A project is disabled after all below it. */
export function refuseOpenBelow(call: Call, { id }: Project): void {
  const isOpen = (parentId: string): boolean =>
    call.cloud.identity.projects
      .filter((row) => row.parentId === parentId)
      .some((row) => row.enabled || isOpen(row.id));
  if (isOpen(id)) throw new Refusal(403, `Cannot disable project ${id} since its subtree contains enabled projects.`);
}
