import type { Content } from '../disk.ts';
import { Table } from '../table.ts';

export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly ram: number;
  readonly disk: number;
  readonly ephemeral: number;
  readonly swap: number;
  readonly rxtxFactor: number;
  readonly isPublic: boolean;
  description: string | null;
  extraSpecs: Record<string, string>;
  access: string[];
  /** Created after others of the same name and gone: servers keep a copy. */
  readonly order: number;
}

export type VmState =
  | 'building'
  | 'active'
  | 'stopped'
  | 'paused'
  | 'suspended'
  | 'resized'
  | 'shelved'
  | 'shelved_offloaded'
  | 'error'
  | 'soft-delete';

export interface Server {
  readonly id: string;
  name: string;
  readonly projectId: string;
  readonly userId: string;
  vmState: VmState;
  taskState: string | null;
  host: string | null;
  availabilityZone: string;
  readonly createdAt: Date;
  updatedAt: Date;
  launchedAt: Date | null;
  readonly order: number;
  metadata: Record<string, string>;
  /** Null when it boots from a volume. */
  imageId: string | null;
  /** A copy: the flavor may be deleted or made anew under its id. */
  flavor: Flavor;
  oldFlavor: Flavor | null;
  /** What the hypervisor says of it, where that is not what its state says. */
  powerState?: number;
  /** Its resize waits for an answer, and it was off before. */
  wasOff?: boolean;
  keyName: string | null;
  userData: string | null;
  configDrive: boolean;
  tags: string[];
  description: string | null;
  lockedBy: 'owner' | 'admin' | null;
  lockedReason: string | null;
  hostname: string;
  accessIPv4: string;
  accessIPv6: string;
  diskConfig: string;
  fault: { code: number; message: string; created: Date } | null;
  /** Bytes of the root disk: not those of its image any more once it has run. */
  disk: Content;
  reservationId: string;
  /** nova-network only: what Neutron's ports say elsewhere. */
  fixedIps: { networkId: string; address: string; mac: string }[];
  securityGroups: string[];
  /** Ports that Nova made and takes away again with the server. */
  ownPortIds: string[];
  /** Device tags of interfaces by port. */
  readonly nicTags: Map<string, string>;
  /** Of the key that it was booted with, kept whatever becomes of the key: what its metadata service tells. */
  readonly publicKey: string | null;
}

export interface KeyPair {
  /** `user/name`. */
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly userId: string;
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly type: 'ssh' | 'x509';
  readonly createdAt: Date;
}

export interface ServerGroup {
  readonly id: string;
  readonly name: string;
  readonly policy: string;
  readonly rules: Record<string, number>;
  readonly projectId: string;
  readonly userId: string;
  memberIds: string[];
}

export interface ComputeService {
  readonly id: string;
  readonly number: number;
  readonly binary: string;
  readonly host: string;
  zone: string;
  disabled: boolean;
  disabledReason: string | null;
  forcedDown: boolean;
  up: boolean;
}

export interface Hypervisor {
  readonly id: string;
  readonly number: number;
  readonly host: string;
  /** `hypervisor_hostname`, where it is not the host's name. */
  readonly name?: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly localGb: number;
  readonly hostIp: string;
}

export interface Aggregate {
  readonly id: string;
  readonly uuid: string;
  name: string;
  availabilityZone: string | null;
  hosts: string[];
  metadata: Record<string, string>;
  readonly createdAt: Date;
}

export interface Migration {
  readonly id: string;
  readonly uuid: string;
  readonly serverId: string;
  readonly type: 'live-migration' | 'migration' | 'resize' | 'evacuation';
  status: string;
  readonly source: string;
  readonly target: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

export class ComputeState {
  readonly servers = new Table<Server, 'project' | 'host'>({
    project: (row) => row.projectId,
    host: (row) => row.host,
  });
  readonly flavors = new Table<Flavor, 'name'>({ name: (row) => row.name });
  readonly keyPairs = new Table<KeyPair, 'user'>({ user: (row) => row.userId });
  readonly serverGroups = new Table<ServerGroup, 'project' | 'member'>({
    project: (row) => row.projectId,
    member: (row) => row.memberIds,
  });
  readonly services = new Table<ComputeService, 'host'>({ host: (row) => row.host });
  readonly hypervisors = new Table<Hypervisor, 'host'>({ host: (row) => row.host });
  /** Hosts whose nova-compute runs, whether or not Nova knows it. */
  readonly running = new Set<string>();
  readonly aggregates = new Table<Aggregate>();
  readonly migrations = new Table<Migration>();
  /** Ids of servers that write to their memory faster than it can be copied: live they move by force only. */
  readonly neverConverging = new Set<string>();
  /** Ids of servers whose guest is off when it has come elsewhere live, though Nova takes the move for a success. */
  readonly dyingOnArrival = new Set<string>();
  readonly quotas = new Map<string, Record<string, number>>();
  nextOrder = 1;
  nextAggregate = 1;
  nextMigration = 1;
}

/** Newest first: Nova's order unless another is asked for. */
export function newestServer(a: Server, b: Server): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || b.order - a.order;
}
