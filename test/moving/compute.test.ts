import { describe } from '@jest/globals';
import { computeCases } from './compute-cases.ts';
import { quotaCases } from './quota-cases.ts';
import { onEach, simulatedPairs } from './stage.ts';

// Nested, so that what is made is removed before the clouds are closed.
onEach(simulatedPairs, 'what servers need', (stage) => {
  describe('flavors, keypairs and server groups', () => computeCases(stage));
  describe('quotas', () => quotaCases(stage));
});
