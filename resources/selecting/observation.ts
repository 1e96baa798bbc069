import type { Difference } from '../moving/compare.ts';
import type { Match } from '../moving/making.ts';
import type { NotCreated, Reference, ResourceRef, ResourceTypeName } from '../resource-type.ts';

/**
 * One resource of the source and what the target has for it: all that a plan needs to know, and no attributes but those that
 * rules ask for, so that 10,000 servers with all they need fit in memory.
 */
export interface Observation extends ResourceRef {
  readonly name: string;
  readonly projectId?: string;
  readonly host?: string;
  readonly references: readonly Reference[];
  /** The first that needs it, where nobody asked for it; absent for what was selected. */
  readonly neededBy?: ResourceRef & { readonly name: string };
  /** What the target has for it. */
  readonly found?: Pick<Match, 'how' | 'id'> & {
    /** Of one that Pumphouse made: the mark of the run. */
    readonly run?: string;
    readonly differences: readonly Difference[];
    /** Attributes that a move may change or lose for good: no reason to begin again. */
    readonly losable: readonly string[];
    /** It is there, and not as something that is finished: without its bytes, being built, in error. */
    readonly isUnfinished: boolean;
  };
  /** Its type can add to what the target has of its own. */
  readonly canUpdate: boolean;
  /** It is never made although others of its type are. */
  readonly notCreated?: NotCreated;
  /** A user, project or domain of the source's installation, of which the target has its own: never moved. */
  readonly isOfInstallation: boolean;
  /** Why it cannot be moved as it is, as a sentence with the remedy. */
  readonly obstacle?: string;
  readonly facts: Facts;
}

/** What rules and sizes need of an attribute or two. */
export type Facts =
  | ServerPlanFacts
  | PortPlanFacts
  | NetworkPlanFacts
  | QuotaPlanFacts
  | RouterPlanFacts
  | { readonly kind: 'user'; readonly isEnabled: boolean }
  | { readonly kind: 'floating-ip'; readonly address: string }
  | { readonly kind: 'image'; readonly sizeBytes?: number; readonly status: string }
  | { readonly kind: 'volume'; readonly sizeGib: number; readonly volumeType?: string; readonly zone?: string }
  | { readonly kind: 'flavor'; readonly isPublic: boolean; readonly size: Size }
  | { readonly kind: 'none' };

export interface Size {
  readonly vcpus: number;
  readonly ramMib: number;
  /** Root, ephemeral and swap on the host. */
  readonly diskGib: number;
}

export interface ServerPlanFacts {
  readonly kind: 'server';
  readonly size: Size;
  /** Of the disk on its host; 0 when it boots from a volume. */
  readonly rootDiskGib: number;
  readonly bootsFromVolume: boolean;
  readonly vmState: string;
  readonly flavorName: string;
  /** The source has no flavor of this name and size any more. */
  readonly isFlavorGone: boolean;
  /** That it may not leave, in the target's words; absent for Nova's default zone. */
  readonly zone?: string;
  readonly interfaceOrderKnown: boolean;
  /** In the source; who was moved is locked there until its move is brought to an end. */
  readonly isLocked: boolean;
  /** Our lock or our mark says that its move failed and could not be undone. */
  readonly failedToMove: boolean;
}

export interface PortPlanFacts {
  readonly kind: 'port';
  /** In the target; absent when the network is not there. */
  readonly targetNetworkId?: string;
  readonly macAddress: string;
  readonly ipAddresses: readonly string[];
}

export interface NetworkPlanFacts {
  readonly kind: 'network';
  readonly isExternal: boolean;
}

export interface RouterPlanFacts {
  readonly kind: 'router';
  /** Its addresses in the external network. */
  readonly gatewayAddresses: readonly string[];
}

/** Limits as `compute.cores`; -1 is no limit. */
export type NamedLimits = Readonly<Record<string, number>>;

export interface QuotaPlanFacts {
  readonly kind: 'quota';
  readonly wanted: NamedLimits;
  /** Of the project in the target, where it is there. */
  readonly found?: NamedLimits;
}

/** What a plan knows of the target as a whole. What the login may not read is absent. */
export interface TargetFacts {
  readonly source: string;
  readonly target: string;
  /** Types whose service the target does not have. */
  readonly missingTypes: readonly ResourceTypeName[];
  /** Hosts that are up and enabled. */
  readonly hosts?: readonly HostRoom[];
  readonly zones?: readonly string[];
  readonly volumeTypes?: readonly string[];
  readonly defaultLimits: NamedLimits;
  /** Highest microversion of Nova. */
  readonly computeMicroversion?: string;
  /** Ports in networks that stand for networks of the source. */
  readonly ports: readonly HeldPort[];
  /** Floating IPs of the target among those that are to be moved. */
  readonly floatingIps: readonly { readonly address: string; readonly projectId?: string; readonly id: string }[];
  /** Whether users that are made there can log in. */
  readonly usersGetPasswords?: boolean;
  /** Clouds whose login does not see every project. */
  readonly notAdminIn: readonly string[];
}

export interface HostRoom {
  readonly host: string;
  readonly zone: string;
  readonly free: Size;
  /** Of the host when it is empty: what one server may have at most. */
  readonly whole: Size;
}

export interface HeldPort {
  readonly id: string;
  readonly networkId: string;
  readonly macAddress: string;
  readonly ipAddresses: readonly string[];
  readonly deviceOwner: string;
  /** The source's port that it was made for. */
  readonly originId?: string;
}

/** All that was read for a plan. */
export interface Survey {
  readonly observations: readonly Observation[];
  /** What is referred to and could not be read. */
  readonly absent: readonly (ResourceRef & { readonly state: 'missing' | 'hidden' })[];
  readonly target: TargetFacts;
}
