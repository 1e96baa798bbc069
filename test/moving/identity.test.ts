import { identityMoving } from './identity.ts';
import { onEach, simulatedPairs } from './stage.ts';

onEach(simulatedPairs, 'identity is moved', identityMoving);
