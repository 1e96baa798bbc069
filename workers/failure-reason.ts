import { types } from 'node:util';

/** What was thrown, in words. */
export const reasonOf = (error: unknown): string => (types.isNativeError(error) ? error.message : String(error));

/** The code of a system error (`ENOENT`) or the status of a gRPC error (5); `undefined` when there is none. */
export function codeOf(error: unknown): string | number | undefined {
  if (!types.isNativeError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' || typeof error.code === 'number' ? error.code : undefined;
}

/** What a program that failed said on stderr; empty when it said nothing, or when this is no such failure. */
export function stderrOf(error: unknown): string {
  return types.isNativeError(error) && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
}
