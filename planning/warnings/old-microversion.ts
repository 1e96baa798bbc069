import { counted, type Rule } from './rule.ts';

/** What the target's Nova cannot be told because it is too old. */
const NEEDS = [
  { type: 'keypair', minor: 10, what: "keypairs of others than the mover's login cannot be made" },
  { type: 'server', minor: 52, what: 'tags of servers cannot be given when they are booted' },
] as const;

export const oldMicroversion: Rule = {
  id: 'old-microversion',
  severity: 'warning',
  *find(planned) {
    const { computeMicroversion, target } = planned.target;
    const [, minor = '0'] = (computeMicroversion ?? '2.0').split('.');
    for (const need of NEEDS) {
      const concerned = planned.observations.filter(
        (seen) => seen.type === need.type && planned.entry(seen).action === 'create',
      );
      if (concerned.length === 0 || Number(minor) >= need.minor) continue;
      yield `Nova of ${target} knows microversions up to 2.${minor}, and 2.${need.minor} is needed for ${counted(concerned.length, need.type)}: ` +
        `${need.what}; they will be reported as lost unless the target is upgraded.`;
    }
  },
};
