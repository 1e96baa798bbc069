import type { Cloud } from '../cloud.ts';
import type { Project, User } from '../keystone/state.ts';
import type { Tenant } from './population-schema.ts';

/** A reference to something that is not there. */
export class PopulationError extends Error {
  override readonly name = 'PopulationError';
}

/** What one tenant's things are made in. */
export interface TenantContext {
  readonly cloud: Cloud;
  readonly project: Project;
  /** To whom servers and volumes belong. */
  readonly user: User | undefined;
  readonly tenant: Tenant;
}
