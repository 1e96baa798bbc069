import { identityMoving } from '../moving/identity.ts';
import { labPair, onEach } from '../moving/stage.ts';

onEach([labPair], 'identity is moved', identityMoving);
