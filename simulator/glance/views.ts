import { checksums } from '../disk.ts';
import type { Call } from '../http/call.ts';
import type { Json } from '../http/json.ts';
import { seconds } from '../times.ts';
import type { Image, Member } from './state.ts';

/** Sizes and sums are there once the bytes are. */
export function imageView(call: Call, row: Image): Json {
  const zed = call.cloud.settings.release !== 'pike';
  const there = row.content !== undefined && (row.status === 'active' || row.status === 'deactivated');
  const sums = there && row.content !== undefined ? (row.sums ?? checksums(row.content)) : undefined;
  const size = there ? (row.content?.sizeBytes ?? null) : null;
  return {
    ...row.properties,
    name: row.name,
    disk_format: row.diskFormat,
    container_format: row.containerFormat,
    visibility: row.visibility,
    size,
    virtual_size: zed && row.diskFormat === 'raw' ? size : null,
    status: row.status,
    checksum: sums?.md5 ?? null,
    protected: row.protected,
    min_ram: row.minRam,
    min_disk: row.minDisk,
    owner: row.owner,
    ...(zed
      ? {
          os_hidden: row.hidden,
          os_hash_algo: sums === undefined ? null : 'sha512',
          os_hash_value: sums?.sha512 ?? null,
        }
      : {}),
    id: row.id,
    created_at: seconds(row.createdAt),
    updated_at: seconds(row.updatedAt),
    tags: row.tags,
    self: `/v2/images/${row.id}`,
    file: `/v2/images/${row.id}/file`,
    schema: '/v2/schemas/image',
    ...(zed && there ? { stores: 'file' } : {}),
  };
}

export function memberView(row: Member): Json {
  return {
    member_id: row.memberId,
    image_id: row.imageId,
    status: row.status,
    created_at: seconds(row.createdAt),
    updated_at: seconds(row.updatedAt),
    schema: '/v2/schemas/member',
  };
}
