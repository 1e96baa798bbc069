import { namesOf, type Rule } from './rule.ts';

/** Below this a disk is copied in a minute or two on any network. */
const LARGE_GIB = 20;

export const downtime: Rule = {
  id: 'long-downtime',
  severity: 'warning',
  *find(planned) {
    const large = planned
      .made('server')
      .filter((seen) => planned.entry(seen).strategy === 'snapshot' && seen.facts.rootDiskGib >= LARGE_GIB)
      .sort((a, b) => b.facts.rootDiskGib - a.facts.rootDiskGib);
    if (large.length === 0) return;
    const largest = large[0]!.facts.rootDiskGib;
    yield `${namesOf(large)}: disks of up to ${largest} GiB are copied while the server is stopped, so the downtime grows with what is written on them; ` +
      'choose the hour, or move what can be rebuilt with the strategy image.';
  },
};
