import { namesOf, type ObservationOf, type Rule } from './rule.ts';

export const volumeTypeMissing: Rule = {
  id: 'missing-volume-type',
  severity: 'blocking',
  *find(planned) {
    const { volumeTypes, target } = planned.target;
    if (volumeTypes === undefined) return;
    const byType = new Map<string, ObservationOf<'volume'>[]>();
    for (const seen of planned.made('volume')) {
      const { volumeType } = seen.facts;
      if (volumeType !== undefined && !volumeTypes.includes(volumeType))
        byType.set(volumeType, [...(byType.get(volumeType) ?? []), seen]);
    }
    for (const [type, volumes] of byType)
      yield `${target} has no volume type ${type}, which ${namesOf(volumes)} would have: they cannot be made; say which type is meant: ` +
        `\`mappings: { volume-type: { ${type}: ${volumeTypes[0] ?? 'TYPE'} } }\` (it has ${volumeTypes.join(', ') || 'none'}).`;
  },
};
