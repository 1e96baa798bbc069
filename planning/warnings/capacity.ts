import type { Size } from '../../resources/selecting/observation.ts';
import { counted, type Rule } from './rule.ts';

const UNITS = { vcpus: 'vCPUs', ramMib: 'MiB of RAM', diskGib: 'GiB of disk' } as const satisfies Record<
  keyof Size,
  string
>;

export const capacity: Rule = {
  id: 'too-little-capacity',
  severity: 'warning',
  *find(planned) {
    const { hosts, target } = planned.target;
    const servers = planned.made('server');
    if (hosts === undefined || servers.length === 0) return;
    for (const [part, unit] of Object.entries(UNITS) as [keyof Size, string][]) {
      const needed = servers.reduce((sum, { facts }) => sum + facts.size[part], 0);
      const free = hosts.reduce((sum, host) => sum + Math.max(0, host.free[part]), 0);
      if (needed > free)
        yield `${counted(servers.length, 'server')} need ${needed} ${unit}, and ${target} has ${free} free on ${counted(hosts.length, 'host')}: ` +
          'the last ones find no valid host; add hosts first, or move fewer at a time.';
    }
  },
};
