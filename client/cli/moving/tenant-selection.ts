import type { MoveSelection } from '../../../planning/selection.ts';
import type { Reader } from '../../../resources/reader.ts';
import { tenantId, tenantNames } from '../tenants.ts';

export interface TenantSelection {
  readonly selection: Extract<MoveSelection, { readonly kind: 'tenant' }>;
  readonly what: string;
}

/** A tenant of the source, by name or id. */
export async function tenantSelection(source: Reader, nameOrId: string): Promise<TenantSelection> {
  const projectId = await tenantId(source, nameOrId);
  const name = (await tenantNames(source)).get(projectId) ?? nameOrId;
  return { selection: { kind: 'tenant', projectId, name }, what: `tenant ${name}` };
}
