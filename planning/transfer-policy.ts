/** How a machine goes from the source to the target, with nothing left open. */
export interface TransferPolicy {
  /** Of the provisioner; the only one when it is not named. */
  readonly environment?: string;
  /** Of the provisioner's Admin network, where a host's switch port does not say it. */
  readonly adminVlan?: number;
  readonly roles: readonly string[];
  readonly controllerRoles: readonly string[];
  readonly keepHostname: boolean;
  readonly layout: TransferLayout;
  readonly verifyNetworks: boolean;
  readonly powerOffTimeoutMs: number;
  /** Nova notices a silent host after its `service_down_time`, a minute unless told. */
  readonly silenceTimeoutMs: number;
  readonly discoveryTimeoutMs: number;
  readonly deploymentTimeoutMs: number;
  readonly hypervisorTimeoutMs: number;
  /** Controllers of the source that must be left; more than half when it is not told. */
  readonly controllersLeft?: number;
}

export type TransferLayout =
  | { readonly kind: 'default' }
  | { readonly kind: 'copied'; readonly from?: string }
  | {
      readonly kind: 'fixed';
      readonly interfaces: Readonly<Record<string, readonly string[]>>;
      readonly disks: Readonly<Record<string, Readonly<Record<string, number | 'rest'>>>>;
    };

const MINUTE_MS = 60_000;

/**
 * Names stay, since operators know their machines by them; disks and interfaces are as of the nodes that are there already, since those
 * work. Times are twice what real hardware was seen to need.
 */
export const TRANSFER_DEFAULTS: TransferPolicy = {
  roles: ['compute'],
  controllerRoles: ['controller'],
  keepHostname: true,
  layout: { kind: 'copied' },
  verifyNetworks: true,
  powerOffTimeoutMs: 5 * MINUTE_MS,
  silenceTimeoutMs: 10 * MINUTE_MS,
  discoveryTimeoutMs: 20 * MINUTE_MS,
  deploymentTimeoutMs: 180 * MINUTE_MS,
  hypervisorTimeoutMs: 15 * MINUTE_MS,
};

/** The policy of a run: what the configuration says, and the defaults for the rest. */
export function transferPolicy(given: Partial<TransferPolicy>): TransferPolicy {
  return { ...TRANSFER_DEFAULTS, ...given };
}
