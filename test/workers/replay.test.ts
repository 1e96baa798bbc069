import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { prebuiltBundle } from '../../workers/worker.ts';

const folder = new URL('../histories/', import.meta.url);
const histories = readdirSync(folder).filter((name) => name.endsWith('.json'));

/**
 * Runs that were recorded with an earlier version (`temporal workflow show --workflow-id ID --output json`) must take the
 * same steps with the code of today, else runs under way break when the workers are replaced.
 */
describe('recorded runs', () => {
  it('are all the .json files of test/histories', () => {
    expect(readdirSync(folder).filter((name) => name !== 'README.md')).toEqual(histories);
  });

  for (const name of histories) {
    it(`${name} replays with the present workflow code`, async () => {
      const history: unknown = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
      await Worker.runReplayHistory({ workflowBundle: prebuiltBundle() }, history, name.replace(/\.json$/, ''));
    }, 60_000);
  }
});
