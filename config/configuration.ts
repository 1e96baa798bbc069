import type { CloudSettings } from './cloud-settings.ts';
import type { EvacuationSettings } from './evacuation.ts';
import type { PasswordSettings } from './passwords.ts';
import type { GateName, MappedName, ResourceTypeName } from './policy-schema.ts';
import type { Secret } from './secret.ts';
import type { TransferSettings } from './transfer.ts';

interface LanBmcSettings {
  readonly driver: 'ipmi' | 'ipmitool';
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: Secret;
  readonly privilege: 'operator' | 'administrator';
  readonly cipherSuite?: 3 | 17;
}

interface RedfishBmcSettings {
  readonly driver: 'redfish';
  /** URL of the service. */
  readonly address: string;
  readonly username: string;
  readonly password: Secret;
  readonly tls: { readonly verify: boolean; readonly cacert?: string };
}

interface CommandSettings {
  readonly driver: 'command';
  /** Program and arguments. */
  readonly command: readonly string[];
}

export type BmcSettings = (LanBmcSettings | RedfishBmcSettings | CommandSettings) & {
  /** How the machine boots PXE; as its controller says when it is not told. */
  readonly firmware?: 'bios' | 'uefi';
};

export interface HostSettings {
  /** As Nova knows it. */
  readonly name: string;
  readonly role: 'compute' | 'controller';
  readonly bmc?: BmcSettings;
  /** Lower case, with `:`. */
  readonly macs: readonly string[];
  readonly switchPort?: {
    readonly switch: string;
    readonly port: string;
    /** Where it is another than `transfer.admin_vlan`. */
    readonly adminVlan?: number;
    /** Of the machine's interface at this port; the one that boots PXE when it is not told. */
    readonly mac?: string;
  };
}

export interface SnmpSwitchSettings {
  readonly driver: 'snmp';
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly access:
    | { readonly version: '2c'; readonly community: Secret }
    | {
        readonly version: '3';
        readonly username: string;
        readonly auth?: { readonly protocol: string; readonly password: Secret };
        readonly priv?: { readonly protocol: string; readonly password: Secret };
      };
}

export type SwitchSettings =
  | SnmpSwitchSettings
  | (CommandSettings & { readonly name: string })
  | { readonly driver: 'manual'; readonly name: string };

/** Only what the file says: defaults are `movePolicy`'s business. */
export interface ResourcePolicy {
  readonly select?: 'all' | 'none' | readonly string[];
  readonly onConflict?: 'fail' | 'adopt-if-equal' | 'adopt' | 'skip';
  readonly onError?: 'retry' | 'compensate' | 'skip';
  readonly concurrency?: number;
  /** Of `server` alone, as the next two. */
  readonly strategy?: 'image' | 'snapshot' | 'volume';
  readonly perHost?: number;
  readonly stopTimeoutMs?: number;
}

export interface GateSettings {
  readonly timeLimitMs?: number;
  readonly reminderMs?: number;
}

/** What is absent is left to the Temporal SDK's environment configuration. */
export interface TemporalSettings {
  readonly address?: string;
  readonly namespace?: string;
  readonly profile?: string;
  readonly configFile?: string;
  readonly taskQueue: string;
  readonly dataTaskQueue: string;
}

export interface CopySettings {
  /** Of all copies of a worker together. Absent: no limit. */
  readonly maxMibPerSecond?: number;
}

/** `pumphouse.yaml`, checked and complete. */
export interface Configuration {
  readonly sources: readonly CloudSettings[];
  readonly targets: readonly CloudSettings[];
  readonly hosts: readonly HostSettings[];
  readonly switches: readonly SwitchSettings[];
  /** By type: name or id in the source → name or id in the target. */
  readonly mappings: Readonly<Partial<Record<MappedName, Readonly<Record<string, string>>>>>;
  readonly policy: Readonly<Partial<Record<ResourceTypeName, ResourcePolicy>>>;
  readonly passwords: PasswordSettings;
  readonly gates: Readonly<Partial<Record<GateName, GateSettings>>>;
  readonly transfer: TransferSettings;
  readonly evacuation: EvacuationSettings;
  readonly copy: CopySettings;
  readonly temporal: TemporalSettings;
  /** Absolute path of the file. */
  readonly file: string;
  /** Sentences for the operator; nothing of them stops a run. */
  readonly warnings: readonly string[];
}
