/** A node as the simulated Fuel names it. Machines are found by MAC: Fuel's ids do not last. */
export interface FuelNode {
  /** Of all interfaces that the agent reported, in any case. */
  readonly macs: readonly string[];
  /** Under which nova-compute registers itself: `node-3.domain.tld`. */
  readonly fqdn: string;
  /** Roles that the deployment gives or gave it: `compute`, `controller`, `cinder` … */
  readonly roles: readonly string[];
}

/** What runs on a node, as Fuel's orchestrator finds out before it acts: `nothing` when it is off, hangs, or sits in another VLAN. */
export type NodeSystem = 'bootstrap' | 'fuel node' | 'nothing';

/** Between the simulated Fuel and the machines. Fuel calls it; site.ts gives it. Without a link Fuel's nodes are of paper. */
export interface FuelLink {
  /** Fuel can provision only what runs `bootstrap`, and deploy or wipe only what runs one of both. `nothing` too for a node without a machine. */
  systemOf(macs: readonly string[]): NodeSystem;
  /** Whether frames of the VLAN reach the interface with this MAC; `untagged`: those of the Admin network. For network verification. */
  hasVlan(mac: string, vlan: number | 'untagged'): boolean;
  /** The disk is written and the node starts again, from it: the old system is gone. From now on Fuel's PXE sends it to its disk. */
  onProvisioned(node: FuelNode): void;
  /** Deployment is done: what its roles stand for is there. */
  onDeployed(node: FuelNode): void;
  /**
   * Taken out of its environment by `changes`, reset, or stopped while it was installed, in every version, and by DELETE of the node from 6.1
   * on: wiped, it starts again and is discovered anew. DELETE of a node in 6.0 forgets the record only and calls this not; nor is it called for
   * a machine that does not answer.
   */
  onRemoved(node: FuelNode): void;
}
