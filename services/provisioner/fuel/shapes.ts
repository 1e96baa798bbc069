/** Nailgun's answers, as far as they are read. What only some versions have is optional. */
export interface FuelCluster {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly release_id: number;
  readonly net_provider: string;
}

export interface FuelRelease {
  /** Up to 6.0; later `GET /releases/:id/roles`. */
  readonly roles?: readonly string[];
  readonly roles_metadata?: Readonly<Record<string, { readonly public_ip_required?: boolean } | undefined>>;
}

export interface FuelAttributes {
  readonly editable?: {
    readonly public_network_assignment?: { readonly assign_to_all_nodes?: { readonly value?: unknown } };
  };
}

export interface FuelNode {
  readonly id: number;
  readonly name: string;
  /** From 7.0 on; writable only while the node is `discover`. */
  readonly hostname?: string | null;
  /** Up to 6.0 null before the deployment. */
  readonly fqdn?: string | null;
  readonly status: string;
  readonly online: boolean;
  readonly cluster: number | null;
  readonly roles: readonly string[];
  readonly pending_roles: readonly string[];
  readonly pending_addition: boolean;
  readonly pending_deletion: boolean;
  readonly progress?: number | null;
  readonly error_type?: string | null;
  /** Of the interface that last booted PXE. */
  readonly mac?: string | null;
  readonly ip?: string | null;
  /** Addresses with their prefix, `192.168.0.4/24`, from the node's deployment on. */
  readonly network_data?: readonly { readonly name: string; readonly ip?: string | null }[] | null;
  readonly meta?: { readonly interfaces?: readonly { readonly mac?: string | null; readonly pxe?: boolean }[] } | null;
}

export interface FuelNetworkRef {
  readonly id: number;
  readonly name: string;
}

export interface FuelInterface {
  readonly id?: number;
  readonly name: string;
  readonly type: string;
  readonly mac?: string | null;
  readonly pxe?: boolean;
  readonly bus_info?: string | null;
  /** Of a bond, as the next. */
  readonly slaves?: readonly { readonly name: string }[];
  readonly mode?: string | null;
  readonly assigned_networks: readonly FuelNetworkRef[];
}

export interface FuelDisk {
  readonly id: string;
  readonly name: string;
  /** MiB that volumes may take. */
  readonly size: number;
  readonly volumes: readonly FuelVolume[];
}

export interface FuelVolume {
  readonly name: string;
  /** MiB */
  readonly size: number;
}

export interface FuelNetworks {
  readonly networks: readonly {
    readonly id: number;
    readonly name: string;
    /** Null: untagged. */
    readonly vlan_start?: number | null;
    readonly ip_ranges?: readonly (readonly [string, string])[];
  }[];
  readonly networking_parameters?: {
    readonly segmentation_type?: string;
    readonly vlan_range?: readonly [number, number];
  };
  readonly management_vip?: string | null;
  readonly public_vip?: string | null;
  readonly vips?: Readonly<Record<string, { readonly ipaddr?: string | null } | undefined>> | null;
}

export interface FuelTask {
  readonly id: number;
  readonly name: string;
  readonly cluster?: number | null;
  /** `pending` from 8.0 on, then `running`, at the end `ready` or `error`. */
  readonly status: string;
  /** Reaches 100 before the end, and may go back. */
  readonly progress?: number | null;
  readonly message?: string | null;
  readonly result?: unknown;
}

export interface FuelNotification {
  readonly id: number;
  readonly topic: string;
  readonly message: string;
  readonly cluster?: number | null;
  readonly node_id?: number | null;
}
