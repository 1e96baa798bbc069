/** What a port does with VLANs. Ids ascending. */
export interface PortVlans {
  /** Which VLAN a frame without a tag belongs to (PVID). */
  readonly pvid: number;
  /** VLANs that leave the port without a tag. */
  readonly untagged: readonly number[];
  /** VLANs that leave the port with their tag. */
  readonly tagged: readonly number[];
}

/** Errors are `ApiError`s whose `cloud` is the switch's name and whose `service` is the driver's. */
export interface SwitchDriver {
  /** Of the configuration. */
  readonly name: string;
  /** `port`: name or ifIndex. A `not-found` that names what the switch has near it. */
  portVlans(port: string): Promise<PortVlans>;
  /**
   * Makes it so, and reads it back: a switch that says yes and does otherwise is a `protocol` error. Set already: nothing is written.
   * Other ports keep what they have.
   */
  setPortVlans(port: string, vlans: PortVlans): Promise<void>;
  close(): void;
}
