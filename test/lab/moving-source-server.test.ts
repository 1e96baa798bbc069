import { afterAll, describe } from '@jest/globals';
import { PREFIX } from '../moving/compute-cases.ts';
import { copyingOnEach } from '../moving/copy-stage.ts';
import { sourceServerCases } from '../moving/source-server-cases.ts';
import { labPair } from '../moving/stage.ts';
import { sweepStorage } from '../moving/twin-projects.ts';

copyingOnEach([labPair], 'a server of the source', (stage) => {
  describe('on the lab', () => {
    afterAll(async () => {
      for (const cloud of [stage.source(), stage.target()]) await sweepStorage(cloud, PREFIX);
    });
    describe('that is moved', () => sourceServerCases(stage));
  });
});
