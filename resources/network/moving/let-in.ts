import { isApiError, type NeutronRequest } from '../../../services/openstack/index.ts';
import type { Making } from '../../moving/making.ts';
import type { Translation } from '../../moving/translation.ts';
import type { Access } from '../access.ts';
import { isThere, thereOr } from './not-there.ts';

/** Each project by its id in the target; one that is not there by its own, which `isThere` knows. */
export function accessThere(access: readonly Access[], to: Translation): readonly Access[] {
  return access.map(({ action, projectId }) => ({
    action,
    projectId: projectId === '*' ? projectId : thereOr(to.idIfThere('project', projectId), projectId),
  }));
}

/** Networking API, "RBAC Policies": lets other projects in that the target has; `*` lets in all. */
export async function letIn(
  { target }: Making,
  type: 'network' | 'security_group',
  id: string,
  {
    projectId,
    attributes,
  }: { readonly projectId?: string; readonly attributes: { readonly access: readonly Access[] } },
): Promise<void> {
  for (const { action, projectId: other } of attributes.access) {
    if (action !== 'access_as_shared' || !isThere(other)) continue;
    const policy: NeutronRequest = {
      object_type: type,
      object_id: id,
      action,
      target_tenant: other,
      project_id: projectId,
    };
    try {
      await target.cloud.network.write.create('rbac_policy', policy);
    } catch (error) {
      // 409: it is let in already. 400, 404: a Neutron without RBAC, or without it for this type; comparing shows the loss.
      if (!isApiError(error, 'conflict', 'invalid', 'not-found')) throw error;
    }
  }
}
