import { namesOf, type Rule } from './rule.ts';

export const memoryLost: Rule = {
  id: 'memory-lost',
  severity: 'warning',
  *find(planned) {
    for (const state of ['paused', 'suspended']) {
      const servers = planned.made('server').filter(({ facts }) => facts.vmState === state);
      if (servers.length > 0)
        yield `${namesOf(servers)}: ${state}; what is in memory is not moved, as if the power had failed; resume and shut down what must not be lost.`;
    }
  },
};
