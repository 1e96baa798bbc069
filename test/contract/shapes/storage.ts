import { z } from 'zod';
import { id, nullableText, texts, time } from './since.ts';

/** Glance v2 since Rocky has hashes and hidden images; Cinder is v3. */
const image = z.object({
  id,
  name: nullableText,
  status: z.string(),
  visibility: z.enum(['public', 'private', 'shared', 'community']),
  owner: nullableText,
  protected: z.boolean(),
  tags: z.array(z.string()),
  created_at: time,
  updated_at: time,
  disk_format: nullableText,
  container_format: nullableText,
  min_disk: z.int(),
  min_ram: z.int(),
  size: z.int().nullable(),
  virtual_size: z.int().nullable(),
  checksum: nullableText,
  os_hidden: z.boolean().optional(),
  os_hash_algo: nullableText.optional(),
  os_hash_value: nullableText.optional(),
});

export const storageShapes = {
  image,
  imageMember: z.object({ member_id: id, status: z.enum(['pending', 'accepted', 'rejected']) }),
  volume: z.object({
    id,
    name: nullableText,
    description: nullableText,
    status: z.string(),
    size: z.int(),
    volume_type: nullableText,
    availability_zone: nullableText,
    bootable: z.enum(['true', 'false']),
    encrypted: z.boolean(),
    multiattach: z.boolean(),
    metadata: texts,
    attachments: z.array(z.object({ server_id: id, device: nullableText, host_name: nullableText })),
    snapshot_id: nullableText,
    source_volid: nullableText,
    user_id: id,
    created_at: time,
    volume_image_metadata: texts.optional(),
    'os-vol-tenant-attr:tenant_id': id,
    'os-vol-host-attr:host': nullableText,
  }),
  resourceProvider: z.object({ uuid: id, name: z.string(), generation: z.int() }),
};
