import type { Rule } from './rule.ts';

/** The external network is one wire to both clouds. */
export const gatewayInBoth: Rule = {
  id: 'gateway-in-both',
  severity: 'warning',
  *find(planned) {
    for (const seen of planned.made('router')) {
      const { gatewayAddresses } = seen.facts;
      if (gatewayAddresses.length === 0) continue;
      yield `router ${seen.name || seen.id} keeps its gateway address ${gatewayAddresses.join(', ')}, which ${planned.target.source} ` +
        'answers for as well: where both clouds share the external network, servers behind the one or the other lose their way out; ' +
        "clear the gateway of the source's router at the cut-over, or move all servers behind it in one run.";
    }
  },
};
