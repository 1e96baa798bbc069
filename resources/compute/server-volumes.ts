import type { NovaServer } from '../../services/openstack/index.ts';
import type { Reader } from '../reader.ts';
import { unlessGone } from '../visibility.ts';

export interface ServerVolume {
  readonly id: string;
  readonly device: string;
  readonly isRoot: boolean;
  readonly deleteOnTermination: boolean;
  /** The device tag given at attachment (2.70). */
  readonly tag?: string;
}

/**
 * Volumes of a page of servers, by server. Only servers that have any cost a call each; a server that is not among the
 * answers was deleted since the page came.
 */
export async function volumesOf(
  reader: Reader,
  page: readonly NovaServer[],
): Promise<ReadonlyMap<string, readonly ServerVolume[]>> {
  const found = new Map<string, readonly ServerVolume[]>();
  await Promise.all(
    page.map(async (server) => {
      const volumes = await unlessGone(() => attached(reader, server));
      if (volumes !== undefined) found.set(server.id, volumes);
    }),
  );
  return found;
}

async function attached(reader: Reader, server: NovaServer): Promise<readonly ServerVolume[]> {
  const named = server['os-extended-volumes:volumes_attached'] ?? [];
  if (named.length === 0) return [];
  const attachments = await reader.cloud.compute.volumeAttachments(server.id);
  const rootDevice = server['OS-EXT-SRV-ATTR:root_device_name'];
  return attachments
    .map((attachment) => {
      const device = attachment.device ?? '';
      const said = named.find((volume) => volume.id === attachment.volumeId);
      return {
        id: attachment.volumeId,
        device,
        // Without an image the server booted from a volume; who is not told the root device takes the first.
        isRoot: server.image === '' && (rootDevice ? device === rootDevice : /^(\/dev\/)?[a-z]*da$/.test(device)),
        deleteOnTermination: attachment.delete_on_termination ?? said?.delete_on_termination ?? false,
        ...(attachment.tag ? { tag: attachment.tag } : {}),
      };
    })
    .sort((a, b) => (a.device < b.device ? -1 : 1));
}
