import type { ServiceState } from '../resources/hosts/compute-service.ts';
import type { ControllerFacts } from '../resources/hosts/controller.ts';
import type { HostFacts } from '../resources/hosts/host-facts.ts';
import type { HostInstance } from '../resources/hosts/on-host.ts';
import type { BootOverride, BootSource, PowerState } from '../services/power/index.ts';
import type {
  Deployment,
  DeploymentProgress,
  Environment,
  NetworkVerification,
  NodeLayout,
} from '../services/provisioner/index.ts';
import type { PortVlans } from '../services/switch/index.ts';

export type { PortVlans };

/**
 * What workflows ask of machines, switches and the provisioner. Requests name a host of the configuration and never how to reach it: each
 * worker finds address and password in its own. Each may run twice, or be killed in the middle, and leaves the same state.
 */
export interface HostRequest {
  /** As Nova of the source and `hosts:` of the configuration know it. */
  readonly host: string;
}

export interface PowerFacts {
  readonly state: PowerState;
  readonly boot: BootOverride;
}

export interface PowerActivities {
  inspectPower(request: HostRequest): Promise<PowerFacts>;
  /**
   * Soft first, hard after `softTimeoutMs`; ends when the controller has said off twice, one look after the other. The look before makes
   * it idempotent: a machine that is off is not asked.
   */
  powerOff(
    request: HostRequest & { readonly softTimeoutMs: number },
  ): Promise<{ readonly how: 'was-off' | 'soft' | 'hard' }>;
  /** Ends when the controller says on. A machine that is on is left as it is: it is not started anew. */
  powerOn(request: HostRequest): Promise<void>;
  /** Ends when the controller gives it back. Set already: nothing is written. */
  setBootOverride(
    request: HostRequest & { readonly boot: BootOverride & { readonly source: BootSource } },
  ): Promise<void>;
}

export type PortFacts = { readonly switch: string; readonly port: string } & (
  | { readonly driver: 'manual' }
  | { readonly driver: 'snmp' | 'command'; readonly vlans: PortVlans }
);

export interface SwitchActivities {
  inspectPort(request: HostRequest): Promise<PortFacts>;
  /** Ends when the switch gives it back. Set already: nothing is written. Never called of a manual switch. */
  setPort(request: HostRequest & { readonly vlans: PortVlans }): Promise<void>;
}

/** In the target's provisioner. */
export interface NodeRequest {
  readonly target: string;
  readonly environmentId: string;
  readonly nodeId: string;
}

export interface ProvisionerFacts {
  /** As `Fuel 9.2`. */
  readonly version: string;
  readonly environment: Environment;
  /** Records that have a MAC of the host already. */
  readonly known: readonly KnownNode[];
  readonly obstacles: readonly string[];
  readonly warnings: readonly string[];
}

export interface KnownNode {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly isOnline: boolean;
  readonly environmentId?: string;
}

export interface ProvisionerActivities {
  inspectProvisioner(
    request: HostRequest & {
      readonly target: string;
      readonly environment?: string;
      readonly roles: readonly string[];
      readonly layout: NodeLayout;
    },
  ): Promise<ProvisionerFacts>;
  /**
   * Until a node with the host's MACs has reported itself, is online and belongs to no environment. Ends with a failure of type
   * `not-discovered` after `timeLimitMs`, of type `ambiguous` when two records have its MACs, and at once when the provisioner
   * says why it will not have it. `onlineBefore`: ids of records that were online before the machine was switched off, and may be called so
   * for some minutes with nobody there.
   */
  waitForNode(
    request: HostRequest & {
      readonly target: string;
      readonly timeLimitMs: number;
      readonly onlineBefore?: readonly string[];
    },
  ): Promise<{ readonly nodeId: string; readonly name: string }>;
  assignNode(request: NodeRequest & { readonly hostname?: string; readonly roles: readonly string[] }): Promise<void>;
  layOutNode(request: NodeRequest & { readonly layout: NodeLayout }): Promise<void>;
  /** What the host's switch port must carry for the deployed node. */
  nodePortVlans(request: NodeRequest & HostRequest & { readonly adminVlan: number }): Promise<PortVlans>;
  verifyNetworks(request: NodeRequest): Promise<NetworkVerification>;
  /** Looks for a deployment of this node that is under way first. A failure of type `busy` while another runs is retried. */
  startDeployment(request: NodeRequest): Promise<Deployment>;
  /**
   * Until it has ended; heartbeats carry its text. A failed one is a failure of type `deployment-failed` with the provisioner's words, as is one
   * that has not ended after `timeLimitMs`, which the provisioner goes on with.
   */
  followDeployment(
    request: NodeRequest & { readonly deployment: Deployment; readonly timeLimitMs: number },
  ): Promise<DeploymentProgress & { readonly fqdn?: string }>;
  releaseNode(request: NodeRequest): Promise<void>;
}

export type { ControllerFacts, HostFacts, HostInstance, ServiceState };

export interface CloudHostRequest extends HostRequest {
  readonly cloud: string;
}

/** What happens to a host in Nova, Neutron, Cinder and Placement. */
export interface HostActivities {
  /**
   * `target`: where its instances may have been moved to. A source before 2.73 keeps no reason of a lock: what was moved is told there by the
   * copies in the target only.
   */
  inspectHost(request: CloudHostRequest & { readonly target?: string }): Promise<HostFacts>;
  inspectController(request: CloudHostRequest): Promise<ControllerFacts>;
  /** With the run named in the reason. Disabled already with another reason: it keeps that. Gives what it was before this run, also when it runs again. */
  disableHost(request: CloudHostRequest & { readonly reason: string }): Promise<ServiceState>;
  /** As it was. A host that somebody else has disabled meanwhile, for another reason, stays disabled. */
  restoreHost(request: CloudHostRequest & { readonly reason: string; readonly former: ServiceState }): Promise<void>;
  /**
   * Compute service, agents, resource provider, aggregates. Refuses with type `still-up` while its nova-compute reports, which passes and is
   * retried; with type `not-empty` while it has instances, migrations or allocations. Gone already is as
   * wanted. `left`: what could not be removed, each with its reason.
   */
  removeHost(
    request: CloudHostRequest,
  ): Promise<{ readonly removed: readonly string[]; readonly left: readonly string[] }>;
  /** Until Nova takes its nova-compute for down, or does not know it; a failure of type `still-up` after `timeLimitMs`. */
  awaitSilence(request: CloudHostRequest & { readonly timeLimitMs: number }): Promise<void>;
  /** Services, agents and resource providers of it that are there, after they had been removed. */
  returnedServices(request: CloudHostRequest): Promise<readonly string[]>;
  /** Until one of these names is a hypervisor of the cloud that is up and enabled; a failure of type `no-hypervisor` after `timeLimitMs`. */
  awaitHypervisor(request: {
    readonly cloud: string;
    readonly names: readonly string[];
    readonly timeLimitMs: number;
  }): Promise<{ readonly host: string; readonly hypervisor: string }>;
}
