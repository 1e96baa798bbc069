// The door of this folder: what others may use.
export type { SwitchBehaviour, SwitchOptions, SwitchPortOptions, SwitchUser } from './options.ts';
export { type SimulatedSwitch, startSwitch } from './simulated-switch.ts';
