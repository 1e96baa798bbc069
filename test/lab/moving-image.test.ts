import { afterAll, beforeAll } from '@jest/globals';
import { copyingOnEach } from '../moving/copy-stage.ts';
import { imageCases } from '../moving/image-cases.ts';
import { labPair } from '../moving/stage.ts';
import { sweepStorage } from '../moving/twin-projects.ts';

copyingOnEach([labPair], 'an image that is moved', (stage) => {
  const sweep = async () => {
    await sweepStorage(stage.source());
    await sweepStorage(stage.target());
  };
  beforeAll(sweep);
  afterAll(sweep);
  imageCases(stage);
});
