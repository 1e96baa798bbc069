import type { HostRoom, Size } from '../../resources/selecting/observation.ts';
import { namesOf, type ObservationOf, type Rule } from './rule.ts';

export const fitsNoHost: Rule = {
  id: 'fits-no-host',
  severity: 'blocking',
  *find(planned) {
    const { hosts, target } = planned.target;
    if (hosts === undefined) return;
    const byFlavor = new Map<string, ObservationOf<'server'>[]>();
    for (const seen of planned.made('server')) {
      if (hosts.some((host) => fits(seen.facts.size, host))) continue;
      const { flavorName } = seen.facts;
      byFlavor.set(flavorName, [...(byFlavor.get(flavorName) ?? []), seen]);
    }
    for (const [flavor, servers] of byFlavor) {
      const { vcpus, ramMib, diskGib } = servers[0]!.facts.size;
      const size = `${vcpus} vCPUs, ${ramMib} MiB, ${diskGib} GiB`;
      yield `no host of ${target} is large enough for flavor ${flavor} (${size}), which ${namesOf(servers)} would have: they find no valid host; ` +
        'add a larger host, or resize the servers first.';
    }
  },
};

function fits(size: Size, { whole }: HostRoom): boolean {
  return size.vcpus <= whole.vcpus && size.ramMib <= whole.ramMib && size.diskGib <= whole.diskGib;
}
