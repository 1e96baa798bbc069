const ABSENT = 'not-in-target:';

/** What stands for something that may be left out where the target does not have it: comparing shows the loss. */
export function thereOr(targetId: string | undefined, sourceId: string): string {
  return targetId ?? `${ABSENT}${sourceId}`;
}

/** False for what only stands for an id that the target does not have: it is never sent. */
export function isThere(id: string): boolean {
  return !id.startsWith(ABSENT) && id !== '';
}

/** For `isSame`: nothing is the same by its key as what belongs to a project that is not there. */
export function placeholderIsNot(projectId: string | undefined): false | undefined {
  return projectId !== undefined && !isThere(projectId) ? false : undefined;
}
