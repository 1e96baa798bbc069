import type { ResourceTypeName } from '../resources/resource-type.ts';
import type { Reading } from '../resources/selecting/gather.ts';

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

/**
 * What has to be read for a selection. Flavors that every tenant may use belong to none: with a tenant go those that its
 * servers need, and the private ones that it may use.
 */
export function readingFor(selection: MoveSelection): Reading {
  const nothing = { lists: [], refs: [], onlyNeededPublicFlavors: false };
  switch (selection.kind) {
    case 'tenant':
      return { ...nothing, lists: [{ projectId: selection.projectId }], onlyNeededPublicFlavors: true };
    case 'types': {
      const { types, projectId, userId } = selection;
      const list = { types, ...(projectId === undefined ? {} : { projectId }) };
      return { ...nothing, lists: [list], ...(userId === undefined ? {} : { userId }) };
    }
    case 'resources':
      return { ...nothing, refs: selection.ids.map((id) => ({ type: selection.type, id })) };
    case 'host':
      return { ...nothing, lists: [{ types: ['server'], host: selection.host }] };
    default:
      return selection satisfies never;
  }
}

/** What tells a selection from others, for the ids of runs. */
export function selectionWords(selection: MoveSelection): readonly string[] {
  switch (selection.kind) {
    case 'tenant':
      return [`project/${selection.projectId}`];
    case 'types': {
      const { types, projectId, userId } = selection;
      const owners = [projectId === undefined ? [] : [`of-project/${projectId}`], userId ? [`of-user/${userId}`] : []];
      return [...types, ...owners.flat()];
    }
    case 'resources':
      return selection.ids.map((id) => `${selection.type}/${id}`);
    case 'host':
      return [`host/${selection.host}`];
    default:
      return selection satisfies never;
  }
}
