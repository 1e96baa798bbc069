import { identityMoving } from '../moving/identity.ts';
import { roleLoans } from '../moving/identity-loans.ts';
import { labPair, onEach } from '../moving/stage.ts';
import { requireLab } from './lab-clouds.ts';

onEach([labPair], 'identity is moved', identityMoving);

roleLoans('Identity v3, real', 'member', async () => {
  const settings = await requireLab('zed', 'target');
  return { settings, close: async () => undefined };
});
