import { afterAll, describe } from '@jest/globals';
import { computeCases, PREFIX } from '../moving/compute-cases.ts';
import { quotaCases } from '../moving/quota-cases.ts';
import { labPair, onEach } from '../moving/stage.ts';
import { sweepStorage } from '../moving/twin-projects.ts';

onEach([labPair], 'what servers need', (stage) => {
  describe('on the lab', () => {
    afterAll(async () => {
      for (const cloud of [stage.source(), stage.target()]) await sweepStorage(cloud, PREFIX);
    });
    describe('flavors, keypairs and server groups', () => computeCases(stage));
    describe('quotas', () => quotaCases(stage));
  });
});
