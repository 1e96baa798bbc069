import { unexpected } from '../decide.ts';
import { labelled } from '../label.ts';
import type { Rule } from './rule.ts';

/** The tenant has worked with it, or an earlier run was killed before it was complete: only a person can tell. */
export const differsSince: Rule = {
  id: 'differs-since-move',
  severity: 'warning',
  *find(planned) {
    for (const seen of planned.observations) {
      if (seen.found?.how !== 'made' || planned.entry(seen).isDone !== true) continue;
      const attributes = unexpected(seen.found).map(({ attribute }) => attribute);
      if (attributes.length === 0) continue;
      yield `${labelled(seen)} was moved before and differs now in ${attributes.join(', ')}: it is left as it is; where it was not changed on purpose, ` +
        'remove it in the target and move it again.';
    }
  },
};
