/** A tenant's name as a shell takes it: quoted where it has more than letters, digits, `_`, `.`, `-`. */
export function shellWord(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** `pump-cloud finalize acme; pump-cloud finalize beta`: what deletes the instances that were moved and left in the source. */
export function finalizeCommands(tenants: readonly string[]): string {
  return tenants.map((tenant) => `pump-cloud finalize ${shellWord(tenant)}`).join('; ');
}
