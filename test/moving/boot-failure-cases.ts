import { expect, it } from '@jest/globals';
import { bootServer } from '../../resources/compute/boot-server.ts';
import { reached } from './server-furnishings.ts';
import type { ServerStage } from './server-stage.ts';
import { ACTIVE, LIMIT_MS, type There } from './server-there.ts';

/** Servers that the target cannot or may not boot. */
export function failureCases(there: () => There): void {
  it(
    'that fits on no host is told as such, and nothing of it is left',
    async () => {
      const { stage, rich } = there();
      const flavor = { [stage.flavor.source]: await stage.flavorOf('target', { ram: 999_424, disk: 1 }) };
      await quota(stage, { ram: -1 });
      const worker = stage.worker({ mappings: { flavor } });
      const failed = worker.bootServer({ ...worker.request(rich), imageId: stage.image.target, former: ACTIVE });
      await expect(failed).rejects.toMatchObject({
        type: 'boot-failed',
        nonRetryable: true,
        message: expect.stringMatching(/no valid host/i),
      });
      expect(await stage.servers()).toEqual([]);
      await reached(stage.source, rich, 'ACTIVE');
    },
    LIMIT_MS,
  );

  it(
    'beyond the quota is refused by it',
    async () => {
      const { stage, rich, boot } = there();
      await quota(stage, { instances: 0 });
      await expect(boot(rich)).rejects.toMatchObject({ type: 'over-quota', nonRetryable: true });
      await quota(stage, { instances: 10 });
      expect(await stage.servers()).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'is not put into another zone without a word',
    async () => {
      const { stage, rich, inSource } = there();
      const source = await inSource(rich);
      const elsewhere = { ...source, attributes: { ...source.attributes, availabilityZone: 'row-7' } };
      const failed = stage.worker().within(({ making, correspondence }) => {
        const half = { making: making(rich), correspondence, source: elsewhere, imageId: stage.image.target };
        return bootServer({ ...half, ran: true, onState: () => undefined });
      });
      await expect(failed).rejects.toMatchObject({
        problem: 'zone-missing',
        message: expect.stringContaining('map it (mappings: availability-zone: row-7:'),
      });
    },
    LIMIT_MS,
  );
}

async function quota(stage: ServerStage, limits: object): Promise<void> {
  const path = `os-quota-sets/${stage.project.target}`;
  await stage.target.compute.client.put(path, { quota_set: limits });
}
