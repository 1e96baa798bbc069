import { describe, expect, it } from '@jest/globals';
import { PREFIX } from './compute-cases.ts';
import { copyingOnEach } from './copy-stage.ts';
import { serversIn } from './source-server-fixture.ts';
import { simulatedPairs } from './stage.ts';
import { twinProject } from './twin-projects.ts';

const FORCED_DOWN = { microversion: { atLeast: '2.53', upTo: '2.53' } } as const;

copyingOnEach(simulatedPairs.slice(0, 1), 'a server of the source whose host is down', ({ source, target, worker }) => {
  describe('that is to be stopped', () => {
    const lost = async (name: string) => {
      const tenant = await twinProject(source(), target(), `${PREFIX}${name}`);
      const id = await serversIn(source(), tenant.id, target()).boot(`${PREFIX}${name}`);
      const request = { ...worker().run, type: 'server', id } as const;
      const { former, host } = await worker().servers.inspectServer(request);
      const [service] = (await source().compute.computeServices()).filter((candidate) => candidate.host === host);
      await source().compute.client.put(`os-services/${service?.id}`, { forced_down: true }, FORCED_DOWN);
      return { ...request, former };
    };

    it('is a failure that names its state, and is not tried again', async () => {
      const request = await lost('stop-timeout');
      await expect(worker().servers.stopServer({ ...request, stopTimeoutMs: 1_500 })).rejects.toMatchObject({
        type: 'stop-timeout',
        nonRetryable: true,
        message: expect.stringMatching(/is not off in time, it is ACTIVE, powering-off, running/),
      });
    });

    it('is waited for no longer when the activity is cancelled', async () => {
      const request = await lost('stop-cancelled');
      const mine = worker();
      const stopping = mine.servers.stopServer({ ...request, stopTimeoutMs: 60_000 });
      setTimeout(() => mine.cancel(), 300);
      await expect(stopping).rejects.toThrow(/cancel/i);
    });
  });
});
