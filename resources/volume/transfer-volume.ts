import type { CinderVolume } from '../../services/openstack/index.ts';
import { comesFrom, type Origin, originProperties, splitProperties } from '../moving/origin.ts';
import type { Reader } from '../reader.ts';

/** Volumes that this run made of a resource: only such are ever removed. */
export async function volumesOf({ cloud }: Reader, origin: Origin): Promise<readonly CinderVolume[]> {
  const found: CinderVolume[] = [];
  for await (const page of cloud.volume.volumes({ metadata: originProperties(origin) }, true)) {
    const ours = page.filter((body) => {
      const mark = splitProperties(body.metadata).origin;
      return comesFrom(mark, origin.cloud, origin.id) && mark?.run === origin.run;
    });
    found.push(...ours);
  }
  return found;
}
