import { counted, type Rule } from './rule.ts';

/** A volume goes through Glance on both sides. */
export const uploadSpace: Rule = {
  id: 'upload-space',
  severity: 'warning',
  *find(planned) {
    const volumes = planned.made('volume');
    if (volumes.length === 0) return;
    const gib = volumes.reduce((sum, { facts }) => sum + facts.sizeGib, 0);
    const largest = Math.max(...volumes.map(({ facts }) => facts.sizeGib));
    const { concurrency } = planned.policy.volume;
    if (volumes.length === 1)
      return yield `1 volume of ${gib} GiB is uploaded to Glance and made from it again: both Glances need room for it.`;
    yield `${counted(volumes.length, 'volume')} of ${gib} GiB in all are uploaded to Glance and made from it again: both Glances need room for the ` +
      `${Math.min(concurrency, volumes.length)} that move at once, up to ${largest} GiB each; lower \`policy: { volume: { concurrency } }\` where there is less.`;
  },
};
