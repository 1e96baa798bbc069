import { isApiError } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import type { Reference } from '../resource-type.ts';

/** Who besides the owner may use a network or a security group, from RBAC policies; `*` is every project. */
export interface Access {
  readonly action: string;
  readonly projectId: string;
}

/** Networking API, "RBAC Policies": those of one object, from one list a reader. */
export async function accessTo(reader: Reader, objectId: string): Promise<readonly Access[]> {
  return (await accessByObject(reader)).get(objectId) ?? [];
}

/** The projects that are let in, as references. */
export function admitted(access: readonly Access[]): readonly Reference[] {
  return access
    .filter(({ projectId }) => projectId !== '*')
    .map(({ projectId: id }) => ({ type: 'project', id, relation: 'admits', why: 'lets in' }));
}

function accessByObject(reader: Reader): Promise<ReadonlyMap<string, readonly Access[]>> {
  return reader.once('access by RBAC', async () => {
    const access = new Map<string, Access[]>();
    try {
      for await (const page of reader.cloud.network.rbacPolicies()) {
        for (const { object_id: id, action, target_project_id, target_tenant } of page) {
          const projectId = target_project_id ?? target_tenant ?? '*';
          access.set(id, [...(access.get(id) ?? []), { action, projectId }]);
        }
      }
    } catch (error) {
      // 404: the extension is not loaded, so `shared` says all there is to say.
      if (!isApiError(error, 'not-found', 'forbidden')) throw error;
    }
    for (const list of access.values())
      list.sort((a, b) => (`${a.action} ${a.projectId}` < `${b.action} ${b.projectId}` ? -1 : 1));
    return access;
  });
}
