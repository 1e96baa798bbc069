import { afterAll, describe } from '@jest/globals';
import { copyingOnEach } from '../moving/copy-stage.ts';
import { sourceServerCases } from '../moving/source-server-cases.ts';
import { labPair } from '../moving/stage.ts';
import { sweepStorage } from '../moving/twin-projects.ts';

copyingOnEach([labPair], 'a server of the source', (stage) => {
  describe('that is moved', () => sourceServerCases(stage));
  describe('at the end', () => {
    afterAll(async () => {
      await sweepStorage(stage.source());
      await sweepStorage(stage.target());
    });
  });
});
