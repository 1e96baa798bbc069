import type { Rule } from './rule.ts';

/** Two of one server with the same addresses is the worst that a move can end in. */
export const runningInBoth: Rule = {
  id: 'running-in-both',
  severity: 'warning',
  *find(planned) {
    for (const seen of planned.all('server')) {
      if (seen.found?.how !== 'made' || seen.facts.vmState !== 'active') continue;
      yield `server ${seen.name || seen.id} was moved before and is active in ${planned.target.source} too: both would answer at ` +
        `the same addresses; stop one of them, or bring the move to its end with pump-cloud rollback or finalize.`;
    }
  },
};
