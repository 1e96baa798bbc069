import { startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { identityMoving } from './identity.ts';
import { roleLoans } from './identity-loans.ts';
import { identityFromV2 } from './identity-v2.ts';
import { onEach, type Pair, simulatedPairs } from './stage.ts';

const OLD = { release: 'pike', identity: 'v2.0' } as const;

const fromV2: Pair = {
  title: 'from Identity v2.0 to v3, simulated',
  async open() {
    const simulator = await startSimulator({ clouds: [{ name: 'source', ...OLD }, { name: 'target' }] });
    return {
      source: simulatedSettings(simulator.cloud('source')),
      target: simulatedSettings(simulator.cloud('target')),
      close: () => simulator.close(),
    };
  },
};

onEach(simulatedPairs, 'identity is moved', identityMoving);
onEach([fromV2], 'identity is moved', identityFromV2);

for (const [title, role, options] of [
  ['Identity v3', 'member', {}],
  ['Identity v2.0', '_member_', OLD],
] as const)
  roleLoans(`${title}, simulated`, role, async () => {
    const simulator = await startSimulator({ clouds: [{ name: 'lender', ...options }] });
    return { settings: simulatedSettings(simulator.cloud('lender')), close: () => simulator.close() };
  });
