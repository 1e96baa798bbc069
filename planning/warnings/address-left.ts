import { nodeKey } from '../graph.ts';
import { namesOf, type ObservationOf, type Rule } from './rule.ts';

/** A server can run without its floating IP; those who reach it by it cannot. */
export const addressLeft: Rule = {
  id: 'address-left-behind',
  severity: 'blocking',
  *find(planned) {
    const left = new Map<string, ObservationOf<'floating-ip'>>();
    for (const seen of planned.all('floating-ip')) {
      const { action, isDone } = planned.entry(seen);
      if (action === 'conflict' || (action === 'skip' && isDone !== true)) left.set(nodeKey(seen), seen);
    }
    for (const seen of planned.made('server')) {
      const lost = seen.references.flatMap((reference) => left.get(nodeKey(reference)) ?? []);
      if (lost.length === 0) continue;
      const why = planned.entry(lost[0]!).reason;
      yield `server ${namesOf([seen])} would move without its floating IP ${namesOf(lost)} (${why}): nobody reaches it there any more; ` +
        'mend that first.';
    }
  },
};
