import type { Checksums, Content } from '../disk.ts';
import { Table } from '../table.ts';

type ImageStatus =
  | 'queued'
  | 'saving'
  | 'uploading'
  | 'importing'
  | 'active'
  | 'killed'
  | 'deleted'
  | 'pending_delete'
  | 'deactivated';
export type Visibility = 'public' | 'private' | 'shared' | 'community';

export interface Image {
  readonly id: string;
  name: string | null;
  status: ImageStatus;
  visibility: Visibility;
  owner: string;
  diskFormat: string | null;
  containerFormat: string | null;
  minDisk: number;
  minRam: number;
  protected: boolean;
  hidden: boolean;
  tags: string[];
  properties: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
  /** Serves to keep the order of images made in the same second. */
  readonly order: number;
  content: Content | undefined;
  /** Sums of what was uploaded; of made-up bytes they are worked out when somebody looks. */
  sums: Checksums | undefined;
}

export interface Member {
  readonly id: string;
  readonly imageId: string;
  readonly memberId: string;
  status: 'pending' | 'accepted' | 'rejected';
  readonly createdAt: Date;
  updatedAt: Date;
}

export class ImageState {
  readonly images = new Table<Image, 'name'>({ name: (row) => row.name });
  readonly members = new Table<Member, 'image' | 'member'>({
    image: (row) => row.imageId,
    member: (row) => row.memberId,
  });
  /** Ids of deleted images: Glance never gives them again. */
  readonly burned = new Set<string>();
  nextOrder = 0;
}

/** Newest first, as the real one lists. */
export function newestImage(a: Image, b: Image): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || b.order - a.order;
}
