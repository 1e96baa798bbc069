import { distance } from 'fastest-levenshtein';

/** What people call things here that have another name: found by meaning, not by spelling. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    url: 'auth_url',
    endpoint: 'auth_url',
    user: 'username',
    user_name: 'username',
    login: 'username',
    pass: 'password',
    passwd: 'password',
    auth_token: 'token',
    endpoint_type: 'interface',
    sources: 'source',
    targets: 'target',
    destination: 'target',
    host: 'hosts',
    tenant: 'project',
    instance: 'server',
    instances: 'server',
    ipmi: 'bmc',
    ip: 'address',
    mac: 'macs',
    timeout: 'time_limit',
  }),
);

/** The known word that was most likely meant, if one is near enough. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const words = [...known];
  const lower = word.toLowerCase();
  const meant = OTHER_WORDS.get(lower);
  if (meant !== undefined && words.includes(meant)) return meant;
  const ranked = words
    .map((candidate) => ({ candidate, edits: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= editsAllowed(word) ? best.candidate : undefined;
}

/** Two edits are a swap of neighbours: allowed from four letters on. */
function editsAllowed(word: string): number {
  return word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
}

/** `did you mean "x"?` */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const best = nearest(word, known);
  return best === undefined ? undefined : `did you mean "${best}"?`;
}

/** `a, b or c`. */
export function listWords(words: readonly string[], last = 'or'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
