import type { ResourceRef } from '../resources/resource-type.ts';
import { type DependencyGraph, nodeKey } from './graph.ts';

/** `server web-1`; what has no name is called by its id. */
export function labelled({ type, id, name }: ResourceRef & { readonly name?: string }): string {
  return `${type} ${name === undefined || name === '' ? id : name}`;
}

/** An assignment's id is made of three others and tells nobody anything: `member on project acme for user ann`. Undefined for all else. */
export function assignmentLabel(ref: ResourceRef, graph: DependencyGraph): string | undefined {
  if (ref.type !== 'assignment') return undefined;
  const needed = (graph.get(nodeKey(ref))?.edges ?? []).flatMap(({ to }) => graph.get(to) ?? []);
  const role = needed.find(({ type }) => type === 'role');
  const actor = needed.find(({ type }) => type === 'user' || type === 'group');
  if (role === undefined || actor === undefined) return undefined;
  const where = needed.find(({ type }) => type === 'project' || type === 'domain');
  const on = where === undefined ? '' : ` on ${labelled(where)}`;
  return `${role.name || role.id}${on} for ${labelled(actor)}`;
}
