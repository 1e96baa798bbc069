export type PowerState = 'on' | 'off';

/** What a machine starts from. `none`: no override, so that its firmware's own order holds. `other`: an override that we never set. */
export type BootSource = 'none' | 'pxe' | 'disk';

export interface BootOverride {
  readonly source: BootSource | 'other';
  /** For the next start only, or until it is changed. Of `none` it says nothing. */
  readonly persistence: 'once' | 'always';
  /** Absent where the controller does not say. */
  readonly firmware?: 'bios' | 'uefi';
}

/** An override that can be set. */
export type BootSetting = BootOverride & { readonly source: BootSource };

/**
 * The management controller of one machine. Every call opens what it needs and closes it again. Errors are `ApiError`s whose `cloud` is the
 * host's name and whose `service` is the driver's. Asking for the state that a machine has already changes nothing.
 */
export interface PowerDriver {
  /** As Nova knows it. */
  readonly host: string;
  powerState(): Promise<PowerState>;
  /** Returns when the controller has taken it, which is before the machine is on. */
  powerOn(): Promise<void>;
  /** `soft` asks the operating system to shut down; `hard` cuts the power. Returns before the machine is off. */
  powerOff(how: 'soft' | 'hard'): Promise<void>;
  bootOverride(): Promise<BootOverride>;
  /**
   * Returns when the controller gives it back: one that says yes and does otherwise is a `protocol` error. How long it lasts is the
   * exception: there are controllers that know only one of `once` and `always`. Without `firmware` that stays as it is. Set already:
   * nothing is written.
   */
  setBootOverride(override: BootSetting): Promise<void>;
  close(): void;
}
