import { namesOf, type Rule } from './rule.ts';

export const interfaceOrder: Rule = {
  id: 'interface-order-unknown',
  severity: 'warning',
  *find(planned) {
    const servers = planned.made('server').filter(({ facts }) => !facts.interfaceOrderKnown);
    if (servers.length > 0)
      yield `${namesOf(servers)}: OpenStack does not tell the order of the network interfaces; a guest that names them by their place may find them ` +
        'changed, with the same MAC and IP addresses; look at it after the move.';
  },
};
