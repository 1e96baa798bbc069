import type { Rule } from './rule.ts';

/** The external network is one wire to both clouds: no address may answer in both. */
export const otherGatewayAddress: Rule = {
  id: 'other-gateway-address',
  severity: 'warning',
  *find(planned) {
    for (const seen of planned.made('router')) {
      const { gatewayAddresses } = seen.facts;
      if (gatewayAddresses.length === 0) continue;
      yield `router ${seen.name || seen.id} gets another gateway address in the target, since the router of ` +
        `${planned.target.source} answers at ${gatewayAddresses.join(', ')} until it is gone: servers without a floating IP are seen ` +
        'from outside under the new address; tell whoever lets in the old one.';
    }
  },
};
