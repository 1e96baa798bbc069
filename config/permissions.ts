import { statSync } from 'node:fs';
import { isSecretKey } from './fields.ts';
import { type Located, scalarsOf } from './located.ts';

const READ_BY_OTHERS = 0o044;
/** A group may read the keys of certificates: Debian has `ssl-cert` for that. */
export const READ_BY_ALL = 0o004;

/** A sentence for the operator when a file with secrets in plain text may be read by others than its owner. */
export function permissionWarning(path: string, root: Located): string | undefined {
  return holdsSecret(root) ? secretFileWarning(path) : undefined;
}

/** The same about a file that is a secret. `readers`: the permission bits that are too many. */
export function secretFileWarning(path: string, readers = READ_BY_OTHERS): string | undefined {
  // Windows has no such bits: Node reports every file as readable by all.
  if (process.platform === 'win32') return undefined;
  const mode = statSync(path).mode & 0o777;
  if ((mode & readers) === 0) return undefined;
  const shown = mode.toString(8).padStart(4, '0');
  return `${path} holds secrets and others may read it (mode ${shown}): chmod 600 ${path}`;
}

/** `root` is as written, before `${…}` is put in: a reference is no secret. */
function holdsSecret(root: Located): boolean {
  for (const { key, scalar } of scalarsOf(root)) {
    const literal = scalar.value !== null && scalar.value !== '' && !/^\$\{[^}]*\}$/.test(scalar.value);
    if (isSecretKey(key) && literal) return true;
  }
  return false;
}
