import { afterAll, describe } from '@jest/globals';
import { computeCases } from '../moving/compute-cases.ts';
import { quotaCases } from '../moving/quota-cases.ts';
import { labPair, onEach } from '../moving/stage.ts';
import { sweepStorage } from '../moving/twin-projects.ts';

onEach([labPair], 'what servers need', (stage) => {
  describe('flavors, keypairs and server groups', () => computeCases(stage));
  describe('quotas', () => quotaCases(stage));
  describe('at the end', () => {
    afterAll(async () => {
      await sweepStorage(stage.source());
      await sweepStorage(stage.target());
    });
  });
});
