import type { ServerAttributes } from '../../resources/compute/server.ts';
import { server } from '../../resources/compute/server.ts';
import { Reader } from '../../resources/reader.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { NovaServers, type PowerAction } from '../../services/openstack/nova-servers.ts';
import { PREFIX, writing } from './compute-cases.ts';
import { makeImage } from './image-cases.ts';

/** What tells how a server is: all of it is to be given back. */
export type Shown = Pick<ServerAttributes, 'vmState' | 'powerState' | 'locked' | 'lockedReason' | 'taskState'>;

export interface Servers {
  /** One that runs; in the cloud's project `projectId`. */
  boot(name: string, metadata?: Readonly<Record<string, string>>): Promise<string>;
  act(id: string, action: PowerAction, until: string): Promise<void>;
  shown(id: string): Promise<Shown>;
  /** Removes all servers of the project. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

/** Servers without a network in a project of a cloud, with a flavor of their own, which stands in `movedTo` too if that is given. */
export function serversIn(cloud: Cloud, projectId: string, movedTo?: Cloud): Servers {
  const nova = new NovaServers(cloud.compute.client);
  const flavorId = `${PREFIX}tiny-${projectId}`;
  const look = async (id: string) => (await server.get(new Reader(cloud), id)).attributes;
  let image: Promise<string> | undefined;
  const until = async (id: string, isThere: (attributes: ServerAttributes) => boolean): Promise<void> => {
    for (;;) {
      const attributes = await look(id);
      if (attributes.vmState === 'error') throw new Error(`${id} is in ERROR: ${attributes.fault ?? ''}`);
      if (isThere(attributes)) return;
      await new Promise((later) => setTimeout(later, 200));
    }
  };
  const withFlavor = movedTo === undefined ? [cloud] : [cloud, movedTo];
  const prepared = () => {
    image ??= (async () => {
      const sizes = { vcpus: 1, ram: 64, disk: 1, swap: 0, rxtx_factor: 1, 'OS-FLV-EXT-DATA:ephemeral': 0 };
      const named = { id: flavorId, name: flavorId, 'os-flavor-access:is_public': true };
      for (const each of withFlavor) await writing(each).createFlavor({ ...named, ...sizes });
      return makeImage(cloud, projectId, { os_distro: 'plain' });
    })();
    return image;
  };
  return {
    async boot(name, metadata = {}) {
      const imageRef = await prepared();
      const mine = new NovaServers(cloud.inProject(projectId).compute.client);
      const id = await mine.create({ name, flavorRef: flavorId, imageRef, networks: 'none', metadata });
      await until(id, ({ vmState, taskState }) => vmState === 'active' && taskState === undefined);
      return id;
    },
    async act(id, action, goal) {
      await nova.act(id, action);
      await until(id, ({ vmState, taskState }) => vmState === goal && taskState === undefined);
    },
    async shown(id) {
      const { vmState, powerState, locked, lockedReason, taskState } = await look(id);
      return {
        ...{ vmState, powerState, locked },
        ...(lockedReason === undefined ? {} : { lockedReason }),
        ...(taskState === undefined ? {} : { taskState }),
      };
    },
    async clear() {
      for await (const page of cloud.compute.servers({ projectId }, true))
        for (const { id } of page) {
          await nova.delete(id);
          while (
            await cloud.compute.server(id).then(
              () => true,
              () => false,
            )
          )
            await new Promise((later) => setTimeout(later, 200));
        }
    },
    async remove() {
      for (const each of withFlavor) await writing(each).deleteFlavor(flavorId);
    },
  };
}
