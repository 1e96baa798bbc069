import type { PortVlans } from '../switch/switch-driver.ts';

/** A cloud as its provisioner knows it: an environment of Fuel. */
export interface Environment {
  readonly id: string;
  readonly name: string;
  /** In the provisioner's own words. */
  readonly status: string;
}

/** A machine as the provisioner knows it. Ids do not last: it is found by its MACs. */
export interface ProvisionedNode {
  readonly id: string;
  readonly name: string;
  /** Nova's name of it in the target; absent before it is deployed. */
  readonly fqdn?: string;
  /** In the provisioner's own words: `discover`, `provisioning`, `deploying`, `ready`, `error` … */
  readonly status: string;
  readonly isOnline: boolean;
  /** Absent: of no environment, free to be assigned. */
  readonly environmentId?: string;
  readonly roles: readonly string[];
  readonly pendingRoles: readonly string[];
  readonly isPendingAddition: boolean;
  readonly isPendingDeletion: boolean;
  /** Of all interfaces; lower case, with `:`. */
  readonly macs: readonly string[];
  /** 0 to 100, of the present phase. */
  readonly progress: number;
  readonly errorType?: string;
}

export interface ReadinessOptions {
  /** Our own node, whose pending changes are no strangers'. */
  readonly except?: string;
  /** With what it would be laid out: a pattern that is not there is an obstacle. */
  readonly layout?: NodeLayout;
}

/** What keeps a deployment from beginning, each a sentence with a remedy; `warnings` do not. */
export interface Readiness {
  readonly obstacles: readonly string[];
  readonly warnings: readonly string[];
}

/** `copied`: from a node of the environment with the same roles, or the one named. `fixed`: by names of interfaces and disks. `default`: the provisioner's own. */
export type NodeLayout =
  | { readonly kind: 'default' }
  | { readonly kind: 'copied'; readonly from?: string }
  | {
      readonly kind: 'fixed';
      /** Interface → names of networks. */
      readonly interfaces: Readonly<Record<string, readonly string[]>>;
      /** Disk → volume → MiB, or `rest`. */
      readonly disks: Readonly<Record<string, Readonly<Record<string, number | 'rest'>>>>;
    };

export interface NetworkVerification {
  readonly missing: readonly string[];
  /** At other nodes of the environment, which somebody else may be wiring at this moment. */
  readonly elsewhere: readonly string[];
}

export interface Deployment {
  /** Of the task, as the provisioner has it. */
  readonly id: string;
  readonly environmentId: string;
  readonly nodeId: string;
  /** The newest message when it was begun: those after it tell why it failed. */
  readonly since: number;
}

/** `lost`: no task is at work and the node does not tell; where that lasts more than a moment, a person must look. */
export interface DeploymentProgress {
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'lost';
  /** 0 to 100; absent where the provisioner gives none. */
  readonly percent?: number;
  /** As an operator reads it: `provisioning 28 %`, or why it failed. */
  readonly text: string;
}

/**
 * What installs machines for a cloud. Errors are `ApiError`s whose `cloud` is the target's name and whose `service` is the driver's.
 * Each call may be made again: it looks first at what there is.
 */
export interface Provisioner {
  /** As `Fuel 9.2`. */
  version(): Promise<string>;
  /** By name; the only one when no name is given. A `configuration` error names what there is. */
  environment(name?: string): Promise<Environment>;
  nodes(environmentId?: string): Promise<readonly ProvisionedNode[]>;
  node(nodeId: string): Promise<ProvisionedNode>;
  /** Those that share a MAC with the list: none, one, or more where an old record is left or a MAC is shared. */
  nodesByMac(macs: readonly string[]): Promise<readonly ProvisionedNode[]>;
  /** Whether a node could be deployed for `roles` now. */
  readiness(environmentId: string, roles: readonly string[], given?: ReadinessOptions): Promise<Readiness>;
  /** Gives a free node its name and roles. With these already: nothing. In another environment, or deployed: a `conflict`. */
  assign(
    environmentId: string,
    nodeId: string,
    node: { readonly hostname?: string; readonly roles: readonly string[] },
  ): Promise<void>;
  /** After `assign`. What cannot be mapped is an `invalid`, and nothing is written. */
  layOut(environmentId: string, nodeId: string, layout: NodeLayout): Promise<void>;
  /** What the port of the interface with this MAC, or of the one that boots PXE, must carry once the node is laid out; `adminVlan` goes untagged. */
  portVlans(environmentId: string, nodeId: string, adminVlan: number, mac?: string): Promise<PortVlans>;
  /** Sends test frames between the nodes of the environment. What does not arrive at this node, and elsewhere, a sentence each; empty when all is well. */
  verifyNetworks(environmentId: string, nodeId: string, signal?: AbortSignal): Promise<NetworkVerification>;
  /** Of this node only. Under way already: that one. `busy` while another runs. */
  deploy(environmentId: string, nodeId: string): Promise<Deployment>;
  progress(deployment: Deployment): Promise<DeploymentProgress>;
  /** Takes a node that was assigned and not deployed out of its environment again. Free already: nothing. A `conflict` once it is deployed. */
  release(environmentId: string, nodeId: string): Promise<void>;
  /** The newest message, to ask for those after it. */
  newestMessage(): Promise<number>;
  /** What was said of a node or its environment since, the newest last. */
  messages(
    since: number,
    about: { readonly nodeId?: string; readonly environmentId?: string },
  ): Promise<readonly string[]>;
  close(): void;
}
