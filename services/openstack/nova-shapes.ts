/**
 * What Nova answers, as far as Pumphouse reads it: https://docs.openstack.org/api-ref/compute/. A field that came with
 * a microversion, or that only an admin sees, is optional and says so.
 */

/** Up to 2.46: a link to the flavor. From 2.47 on: a copy of what the flavor was at boot, without its id. */
export type NovaServerFlavor =
  | { readonly id: string }
  | {
      readonly original_name: string;
      readonly vcpus: number;
      /** MiB */
      readonly ram: number;
      /** GiB */
      readonly disk: number;
      /** GiB */
      readonly ephemeral: number;
      /** MiB */
      readonly swap: number;
      readonly extra_specs?: Readonly<Record<string, string>>;
    };

export interface NovaAddress {
  readonly addr: string;
  readonly version: 4 | 6;
  readonly 'OS-EXT-IPS-MAC:mac_addr'?: string;
  readonly 'OS-EXT-IPS:type'?: 'fixed' | 'floating';
}

export interface NovaServer {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly created: string;
  readonly updated: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Empty text for a server booted from a volume. */
  readonly image: '' | { readonly id: string };
  readonly flavor: NovaServerFlavor;
  /** By network name, in the order of the server's interfaces as far as that can be told by network. */
  readonly addresses: Readonly<Record<string, readonly NovaAddress[]>>;
  readonly key_name: string | null;
  readonly config_drive: string;
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly security_groups?: readonly { readonly name: string }[];
  readonly fault?: { readonly code: number; readonly message: string };
  readonly 'OS-DCF:diskConfig'?: 'MANUAL' | 'AUTO';
  readonly 'OS-EXT-AZ:availability_zone'?: string;
  readonly 'OS-EXT-STS:vm_state'?: string;
  readonly 'OS-EXT-STS:task_state'?: string | null;
  /** 0 none, 1 running, 3 paused, 4 shut down, 6 crashed, 7 suspended. */
  readonly 'OS-EXT-STS:power_state'?: number;
  /** When it was first ACTIVE, by the cloud's clock, in UTC without saying so. */
  readonly 'OS-SRV-USG:launched_at'?: string | null;
  readonly 'os-extended-volumes:volumes_attached'?: readonly {
    readonly id: string;
    /** 2.3 */
    readonly delete_on_termination?: boolean;
  }[];
  /** Admin only, as all of OS-EXT-SRV-ATTR. */
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
  readonly 'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
  /** 2.3 */
  readonly 'OS-EXT-SRV-ATTR:root_device_name'?: string | null;
  /** 2.3; base64 */
  readonly 'OS-EXT-SRV-ATTR:user_data'?: string | null;
  /** 2.3; for everybody from 2.90 on. */
  readonly 'OS-EXT-SRV-ATTR:hostname'?: string | null;
  /** 2.9 */
  readonly locked?: boolean;
  /** 2.19 */
  readonly description?: string | null;
  /** 2.26 */
  readonly tags?: readonly string[];
  /** 2.63 */
  readonly trusted_image_certificates?: readonly string[] | null;
  /** 2.71 */
  readonly server_groups?: readonly string[];
  /** 2.73 */
  readonly locked_reason?: string | null;
  /** 2.96 */
  readonly pinned_availability_zone?: string | null;
}

/** From 2.69 on: what is known of a server while the database of its cell does not answer (API guide, "Down cells"). */
export interface NovaServerOfDownCell {
  readonly id: string;
  readonly status: 'UNKNOWN';
  readonly tenant_id: string;
  readonly created: string;
}

/** Servers, "Servers with volume attachments". */
export interface NovaVolumeAttachment {
  readonly volumeId: string;
  readonly device: string | null;
  /** 2.70 */
  readonly tag?: string | null;
  /** 2.79 */
  readonly delete_on_termination?: boolean;
}

export interface NovaFlavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  /** GiB */
  readonly disk: number;
  /** MiB; empty text for none before 2.75. */
  readonly swap: number | '';
  readonly rxtx_factor?: number;
  readonly 'OS-FLV-EXT-DATA:ephemeral'?: number;
  readonly 'OS-FLV-DISABLED:disabled'?: boolean;
  readonly 'os-flavor-access:is_public'?: boolean;
  /** 2.55 */
  readonly description?: string | null;
  /** 2.61, where policy lets the caller see them. */
  readonly extra_specs?: Readonly<Record<string, string>>;
}

export interface NovaKeypair {
  readonly name: string;
  readonly public_key: string;
  readonly fingerprint: string;
  /** 2.2 */
  readonly type?: 'ssh' | 'x509';
  /** Not in lists. */
  readonly user_id?: string;
}

export interface NovaServerGroup {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** 2.13 */
  readonly project_id?: string;
  /** 2.13 */
  readonly user_id?: string;
  /** Before 2.64. */
  readonly policies?: readonly string[];
  /** 2.64 */
  readonly policy?: string;
  /** 2.64 */
  readonly rules?: Readonly<Record<string, unknown>>;
}

/** Limits by name, -1 for none. */
export type NovaQuotaSet = Readonly<Record<string, number | string>>;

export interface NovaHypervisor {
  /** A number before 2.53. */
  readonly id: number | string;
  readonly hypervisor_hostname: string;
  readonly host_ip: string;
  readonly state: 'up' | 'down';
  readonly status: 'enabled' | 'disabled';
  readonly hypervisor_type: string;
  readonly hypervisor_version: number;
  readonly service: { readonly host: string; readonly disabled_reason: string | null };
  readonly running_vms: number;
  readonly vcpus: number;
  readonly vcpus_used: number;
  readonly memory_mb: number;
  readonly memory_mb_used: number;
  readonly local_gb: number;
  readonly local_gb_used: number;
}

export interface NovaComputeService {
  readonly host: string;
  readonly binary: string;
  /** From 2.69 on `UNKNOWN` for a service whose cell is down; all that is optional here is then missing. */
  readonly status: 'enabled' | 'disabled' | 'UNKNOWN';
  readonly id?: number | string;
  readonly zone?: string;
  readonly state?: 'up' | 'down';
  readonly disabled_reason?: string | null;
  readonly updated_at?: string | null;
  readonly forced_down?: boolean;
}
