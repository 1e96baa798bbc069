import { afterAll, beforeAll } from '@jest/globals';
import { copyingOnEach } from '../moving/copy-stage.ts';
import { imageCases } from '../moving/image-cases.ts';
import { labPair } from '../moving/stage.ts';
import { OURS, sweepStorage } from '../moving/twin-projects.ts';

copyingOnEach([labPair], 'an image that is moved', (stage) => {
  const sweep = async () => {
    await sweepStorage(stage.source(), OURS);
    await sweepStorage(stage.target(), OURS);
  };
  beforeAll(sweep);
  afterAll(sweep);
  imageCases(stage);
});
