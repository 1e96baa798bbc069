import { afterAll, beforeAll, jest } from '@jest/globals';
import { copyingOnEach } from '../moving/copy-stage.ts';
import { labPair } from '../moving/stage.ts';
import { OURS, sweepStorage } from '../moving/twin-projects.ts';
import { volumeCases } from '../moving/volume-cases.ts';

// Whole gibibytes go from disk to disk four times.
jest.setTimeout(400_000);

copyingOnEach([labPair], 'a volume that is moved', (stage) => {
  const sweep = async () => {
    await sweepStorage(stage.source(), OURS);
    await sweepStorage(stage.target(), OURS);
  };
  beforeAll(sweep);
  afterAll(sweep);
  volumeCases(stage, 1024 ** 3);
});
