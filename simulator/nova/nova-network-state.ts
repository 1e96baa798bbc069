import { Table } from '../table.ts';

/** Networks of nova-network, before there was Neutron. */
export interface FixedNetwork {
  readonly id: string;
  readonly label: string;
  readonly cidr: string;
  readonly gateway: string;
  readonly vlan: number;
  projectId: string | null;
  readonly dns1: string | null;
  readonly createdAt: Date;
}

export interface LegacyFloatingIp {
  /** The address. */
  readonly id: string;
  readonly number: number;
  readonly pool: string;
  projectId: string | null;
  serverId: string | null;
  fixedAddress: string | null;
}

interface LegacyRule {
  readonly id: number;
  readonly protocol: string | null;
  readonly fromPort: number | null;
  readonly toPort: number | null;
  readonly cidr: string | null;
  readonly groupName: string | null;
}

export interface LegacyGroup {
  /** Digits: nova-network's ids are numbers. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly projectId: string;
  rules: LegacyRule[];
}

export class NovaNetworkState {
  readonly networks = new Table<FixedNetwork>();
  readonly floatingIps = new Table<LegacyFloatingIp>();
  readonly groups = new Table<LegacyGroup, 'project'>({ project: (row) => row.projectId });
  nextNumber = 1;
}
