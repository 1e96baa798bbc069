import { nearest } from '../../config/index.ts';

/** What was typed cannot be done: one line that says what and what to do instead. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `; did you mean x?`, or nothing. `as` writes the word as it is typed: `--x`. */
export function suggestion(word: string, known: Iterable<string>, as: (known: string) => string = String): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : `; did you mean ${as(meant)}?`;
}
