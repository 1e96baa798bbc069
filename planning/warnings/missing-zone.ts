import { namesOf, type ObservationOf, type Rule } from './rule.ts';

/** Zones are already in the target's words here: what is missing was not mapped, or to a zone that is not there. */
export const missingZone: Rule = {
  id: 'missing-zone',
  severity: 'blocking',
  *find(planned) {
    const { zones, target } = planned.target;
    if (zones === undefined) return;
    const byZone = new Map<string, ObservationOf<'server'>[]>();
    for (const seen of planned.made('server')) {
      const { zone } = seen.facts;
      if (zone !== undefined && !zones.includes(zone)) byZone.set(zone, [...(byZone.get(zone) ?? []), seen]);
    }
    for (const [zone, servers] of byZone)
      yield `${target} has no availability zone ${zone}, where ${namesOf(servers)} would be: they cannot be booted; say which zone is meant: ` +
        `\`mappings: { availability-zone: { ${zone}: ${zones[0] ?? 'ZONE'} } }\` (it has ${zones.join(', ') || 'none'}).`;
  },
};
