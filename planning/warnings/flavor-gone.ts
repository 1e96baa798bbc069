import { namesOf, type Rule } from './rule.ts';

/** A server keeps what it got; in the target it needs a flavor that gives the same. */
export const flavorGone: Rule = {
  id: 'flavor-gone',
  severity: 'warning',
  *find(planned) {
    for (const seen of planned.made('server')) {
      const { isFlavorGone, flavorName, size } = seen.facts;
      if (!isFlavorGone) continue;
      yield `server ${namesOf([seen])} was booted with flavor ${flavorName}, which ${planned.target.source} has no more: it boots only where ` +
        `${planned.target.target} has a flavor of the same size (${size.vcpus} vCPUs, ${size.ramMib} MiB, ${size.diskGib} GiB) and extra specs; make one there first.`;
    }
  },
};
