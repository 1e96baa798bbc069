import type { Token } from './keystone/state.ts';

/**
 * Who asks, and what the default policies of the releases let them do. System scope counts for nothing, as in Zed's
 * defaults; any role in a project makes a member there: the deprecated "admin or owner" rules are still in force, so
 * that a mere reader may create (seen on the real clouds).
 */
export interface Caller {
  readonly token: Token;
  readonly userId: string;
  readonly userName: string;
  /** Empty for tokens without a project. */
  readonly projectId: string;
  readonly projectName: string;
  readonly domainId: string;
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
}

/** May see and change what belongs to the project. */
export function owns(caller: Caller, projectId: string): boolean {
  return caller.isAdmin || (projectId !== '' && caller.projectId === projectId);
}
