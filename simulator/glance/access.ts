import type { Cloud } from '../cloud.ts';
import { type Call, notFound, Refusal } from '../http/call.ts';
import type { Caller } from '../policy.ts';
import type { Image, Member } from './state.ts';

/** Who may see an image by its id: owner, admin, everybody for public and community ones, members for shared ones. */
export function seesImage(cloud: Cloud, caller: Caller, row: Image): boolean {
  if (caller.isAdmin || row.owner === caller.projectId) return true;
  if (row.visibility === 'public' || row.visibility === 'community') return true;
  return row.visibility === 'shared' && membership(cloud, row.id, caller.projectId) !== undefined;
}

export function membership(cloud: Cloud, imageId: string, projectId: string): Member | undefined {
  return cloud.glance.members.get(`${imageId}/${projectId}`);
}

export function findImage(call: Call, id = call.params.id ?? ''): Image {
  const row = call.cloud.glance.images.get(id);
  if (row === undefined || !seesImage(call.cloud, call.caller, row)) throw notFound(`No image found with ID ${id}`);
  return row;
}

/** For other services, which have words of their own for an image that is not to be had. */
export function findImageFor(call: Pick<Call, 'cloud' | 'caller'>, id: string): Image | undefined {
  const row = call.cloud.glance.images.get(id);
  return row !== undefined && seesImage(call.cloud, call.caller, row) ? row : undefined;
}

/** Visible to many, changed by few. */
export function ownImage(call: Call, action: string): Image {
  const row = findImage(call);
  if (call.caller.isAdmin || row.owner === call.caller.projectId) return row;
  throw new Refusal(403, `You are not authorized to complete ${action} action.`);
}
