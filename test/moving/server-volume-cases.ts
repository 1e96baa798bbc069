import { expect, it } from '@jest/globals';
import { compare } from '../../resources/moving/compare.ts';
import { removeServer } from './server-furnishings.ts';
import { ACTIVE, LIMIT_MS, type There } from './server-there.ts';

/** Servers that boot from volumes or have some. */
export function volumeCases(there: () => There): void {
  it(
    'boots from its volume, with the others in order, and leaves them when it is removed',
    async () => {
      const { stage, wantedOf, inTarget } = there();
      const volumes = [await stage.volume(), await stage.volume(), await stage.volume()];
      const device = (index: number, more: object) => ({
        source_type: 'volume',
        destination_type: 'volume',
        uuid: volumes[index]!.source,
        ...more,
      });
      const id = await stage.serverOf(stage.ann, {
        block_device_mapping_v2: [
          device(0, { boot_index: 0, delete_on_termination: true }),
          device(1, { boot_index: -1, tag: 'data' }),
          device(2, { boot_index: -1 }),
        ],
      });
      const worker = stage.worker();
      const { targetId } = await worker.bootServer({ ...worker.request(id), former: ACTIVE });
      await worker.settleServer({ ...worker.request(id), targetId, former: ACTIVE });
      expect(compare(await wantedOf(id), await inTarget(targetId))).toEqual([]);
      await worker.removeServer({ ...worker.request(id), targetId });
      for (const { target } of volumes)
        expect(await stage.target.volume.volume(target)).toMatchObject({ status: 'available' });
      await removeServer(stage.source, id);
    },
    LIMIT_MS,
  );

  it(
    'has volumes beside its image’s disk',
    async () => {
      const { stage, wantedOf, inTarget, boot } = there();
      const volume = await stage.volume();
      const root = { source_type: 'image', destination_type: 'local', uuid: stage.image.source, boot_index: 0 };
      const data = { source_type: 'volume', destination_type: 'volume', uuid: volume.source, boot_index: -1 };
      const id = await stage.serverOf(stage.ann, {
        imageRef: stage.image.source,
        block_device_mapping_v2: [{ ...root, delete_on_termination: true }, data],
      });
      const { targetId } = await boot(id);
      expect(compare(await wantedOf(id), await inTarget(targetId))).toEqual([]);
      const worker = stage.worker();
      await worker.removeServer({ ...worker.request(id), targetId });
      await removeServer(stage.source, id);
    },
    LIMIT_MS,
  );
}
