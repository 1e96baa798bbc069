import type { Content } from '../disk.ts';
import { Table } from '../table.ts';

interface Attachment {
  readonly id: string;
  readonly serverId: string;
  readonly device: string;
  readonly host: string | null;
  readonly attachedAt: Date;
  /** Whether the volume goes with its server. */
  readonly deleteOnTermination: boolean;
  /** The device tag. */
  readonly tag?: string | null;
}

export interface Volume {
  readonly id: string;
  name: string | null;
  description: string | null;
  readonly projectId: string;
  readonly userId: string;
  status: string;
  sizeGib: number;
  type: string;
  availabilityZone: string;
  bootable: boolean;
  readonly multiattach: boolean;
  readOnly: boolean;
  metadata: Record<string, string>;
  imageMetadata: Record<string, string> | undefined;
  readonly snapshotId: string | null;
  readonly sourceVolumeId: string | null;
  attachments: Attachment[];
  readonly createdAt: Date;
  updatedAt: Date | null;
  readonly order: number;
  host: string | null;
  content: Content;
}

export interface Snapshot {
  readonly id: string;
  name: string | null;
  description: string | null;
  readonly volumeId: string;
  readonly projectId: string;
  readonly userId: string;
  status: string;
  readonly sizeGib: number;
  metadata: Record<string, string>;
  readonly createdAt: Date;
  updatedAt: Date | null;
  readonly order: number;
  readonly content: Content;
}

export interface VolumeType {
  readonly id: string;
  name: string;
  description: string | null;
  isPublic: boolean;
  extraSpecs: Record<string, string>;
  access: string[];
}

/** A process of Cinder; `host` of a volume service is `HOST@BACKEND`. */
export interface VolumeService {
  readonly id: string;
  readonly binary: 'cinder-scheduler' | 'cinder-volume' | 'cinder-backup';
  readonly host: string;
  disabled: boolean;
  disabledReason: string | null;
  up: boolean;
}

export class VolumeState {
  readonly services = new Table<VolumeService>();
  readonly volumes = new Table<Volume, 'project' | 'server'>({
    project: (row) => row.projectId,
    server: (row) => row.attachments.map((attachment) => attachment.serverId),
  });
  readonly snapshots = new Table<Snapshot, 'project' | 'volume'>({
    project: (row) => row.projectId,
    volume: (row) => row.volumeId,
  });
  readonly types = new Table<VolumeType>();
  readonly quotas = new Map<string, Record<string, number>>();
  nextOrder = 1;
  serviceId = '';
}

export function newestFirst(
  a: { readonly createdAt: Date; readonly order: number },
  b: { readonly createdAt: Date; readonly order: number },
): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || b.order - a.order;
}
