import { z } from 'zod';
import { oneOf, secret } from './fields.ts';
import { find, type Located, problemAt } from './located.ts';
import type { Problem } from './problems.ts';
import type { Secret } from './secret.ts';

/** Whoever has the secret knows every password: it must not be guessed. */
const SHORTEST_SECRET = 16;

/**
 * What users that Pumphouse makes can log in with. `generate`: each has a password of its own, which follows from the secret;
 * `fixed`: all have the same; `none`: they have none and are disabled.
 */
export type PasswordSettings =
  | { readonly kind: 'generate'; readonly secret: Secret }
  | { readonly kind: 'fixed'; readonly password: Secret }
  | { readonly kind: 'none' };

export const passwordsSchema = z.strictObject({
  users: oneOf(
    'What users made in the target get: a password of their own, the same for all, or none (then they are disabled). Default: generate with a secret, else none.',
    ['generate', 'fixed', 'none'],
  ).optional(),
  secret: secret('What generated passwords follow from; at least 16 characters, the same for workers and commands.')
    .refine((value) => value.reveal().length >= SHORTEST_SECRET, `has fewer than ${SHORTEST_SECRET} characters`)
    .optional(),
  fixed: secret('The password of all users, for users: fixed.').optional(),
});

export type PasswordsKeys = z.output<typeof passwordsSchema>;

export function passwordsOf(keys: PasswordsKeys | null | undefined): PasswordSettings {
  const { secret: key, fixed, users = key === undefined ? 'none' : 'generate' } = keys ?? {};
  if (users === 'generate' && key !== undefined) return { kind: 'generate', secret: key };
  if (users === 'fixed' && fixed !== undefined) return { kind: 'fixed', password: fixed };
  return { kind: 'none' };
}

/** What goes with which choice. `meant`: key paths that are there but misspelt. */
export function checkPasswords(root: Located, meant: ReadonlySet<string>, problems: Problem[]): void {
  const at = (key: string) => find(root, ['passwords', key]);
  const section = find(root, ['passwords']);
  if (section?.kind !== 'map') return;
  const users = at('users');
  const choice = users?.kind === 'scalar' ? users.value : undefined;
  const needed = choice === 'generate' ? 'secret' : choice === 'fixed' ? 'fixed' : undefined;
  const keyPath = `passwords.${needed}`;
  if (needed !== undefined && at(needed) === undefined && !meant.has(keyPath))
    problems.push(problemAt({ ...section.origin, keyPath }, 'missing', `users: ${choice} needs it`));
  const fixed = at('fixed');
  // Whoever writes a password and not for what would believe that users have it.
  if (users === undefined && fixed !== undefined && !meant.has('passwords.users'))
    problems.push(problemAt(fixed.origin, 'has no effect without users: fixed', 'write that, or remove the key'));
}
