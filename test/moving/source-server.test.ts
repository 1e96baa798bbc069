import { describe } from '@jest/globals';
import { copyingOnEach } from './copy-stage.ts';
import { sourceServerCases } from './source-server-cases.ts';
import { simulatedPairs } from './stage.ts';

// Nested, so that what is made is removed before the clouds are closed.
copyingOnEach(simulatedPairs, 'a server of the source', (stage) => {
  describe('that is moved', () => sourceServerCases(stage));
});
