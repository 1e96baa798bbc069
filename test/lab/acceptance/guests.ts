import { setTimeout as pause } from 'node:timers/promises';
import { type Cloud, isApiError } from '../../../services/openstack/index.ts';

const NAME = 'transfer-test';
const IMAGE_BYTES = 65_536;
const BOOT_TIMEOUT_MS = 120_000;

/** Instances of a test's own in a cloud, with an image and a flavor for them. */
export interface Guests {
  readonly cloud: Cloud;
  readonly image: string;
  readonly flavor: string;
  readonly ids: string[];
  /** Removes them and what was made for them. */
  close(): Promise<void>;
}

export async function guestsOf(cloud: Cloud): Promise<Guests> {
  const { client } = cloud.compute;
  const formats = { disk_format: 'raw', container_format: 'bare' };
  const image = (await cloud.image.client.post<{ id: string }>('images', { name: NAME, ...formats })).id;
  const endpoint = await cloud.session.endpoint('image');
  await cloud.session.requestStream({
    service: 'image',
    method: 'PUT',
    url: new URL(`${endpoint.url}/images/${image}/file`),
    headers: { 'content-type': 'application/octet-stream' },
    body: 'x'.repeat(IMAGE_BYTES),
  });
  const size = { ram: 64, vcpus: 1, disk: 1 };
  const { flavor } = await client.post<{ flavor: { id: string } }>('flavors', { flavor: { name: NAME, ...size } });
  const ids: string[] = [];
  return {
    cloud,
    image,
    flavor: flavor.id,
    ids,
    async close() {
      for (const id of ids) await client.delete(`servers/${id}`);
      for (const id of ids)
        await until(`server ${id} is gone`, async () =>
          cloud.compute.server(id).then(
            () => false,
            (error: unknown) => isApiError(error, 'not-found'),
          ),
        );
      await client.delete(`flavors/${flavor.id}`);
      await cloud.image.client.delete(`images/${image}`);
    },
  };
}

/** Boots one on this host and nowhere else; its id, once it is ACTIVE. */
export async function guestOn({ cloud, image, flavor, ids }: Guests, host: string, name: string): Promise<string> {
  const server = { name, imageRef: image, flavorRef: flavor, networks: 'none', availability_zone: `nova:${host}` };
  const microversion = { atLeast: '2.37' } as const;
  const { server: made } = await cloud.compute.client.post<{ server: { id: string } }>(
    'servers',
    { server },
    { microversion },
  );
  ids.push(made.id);
  await until(`${name} is ACTIVE`, async () => {
    const { status } = await cloud.compute.server(made.id);
    if (status === 'ERROR') throw new Error(`${name} on ${host} is in ERROR`);
    return status === 'ACTIVE';
  });
  return made.id;
}

/** Has one stopped, paused …: `os-stop`, `pause` of the Compute API. Returns once it is so. */
export async function orderGuest({ cloud }: Guests, id: string, order: string, status: string): Promise<void> {
  await cloud.compute.client.post(`servers/${id}/action`, { [order]: null });
  await until(`${id} is ${status}`, async () => (await cloud.compute.server(id)).status === status);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + BOOT_TIMEOUT_MS; !(await isSo()); await pause(500))
    if (Date.now() > deadline) throw new Error(`not yet: ${what}`);
}
