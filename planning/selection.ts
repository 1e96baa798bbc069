import type { ResourceTypeName } from '../resources/resource-type.ts';

/**
 * What is to be moved. `tenant`: all that a project owns and what it needs. `types`: all of these types, of one tenant or
 * of the cloud, with what they need. `resources`: these, with what they need. `host`: servers on a host. Names and ids are the source's; commands resolve them to ids.
 */
export type MoveSelection =
  | { readonly kind: 'tenant'; readonly projectId: string; readonly name: string }
  | {
      readonly kind: 'types';
      readonly types: readonly ResourceTypeName[];
      readonly projectId?: string;
      readonly userId?: string;
    }
  | { readonly kind: 'resources'; readonly type: ResourceTypeName; readonly ids: readonly string[] }
  | { readonly kind: 'host'; readonly host: string };
