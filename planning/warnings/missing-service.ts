import { counted, type Rule } from './rule.ts';

export const missingService: Rule = {
  id: 'missing-service',
  severity: 'blocking',
  *find(planned) {
    const { missingTypes, target } = planned.target;
    for (const type of missingTypes) {
      const left = planned.observations.filter(
        (seen) => seen.type === type && planned.entry(seen).action === 'conflict',
      );
      if (left.length === 0) continue;
      yield `${target} has no service for ${counted(left.length, type)}: they cannot be moved, nor what needs them; install the service, ` +
        `or leave them out with \`policy: { ${type}: { select: none } }\`.`;
    }
  },
};
