import type { ResourceRef } from '../resources/resource-type.ts';

/** `server web-1`; what has no name is called by its id. */
export function labelled({ type, id, name }: ResourceRef & { readonly name?: string }): string {
  return `${type} ${name === undefined || name === '' ? id : name}`;
}
