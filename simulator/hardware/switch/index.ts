// The door of this folder: what others may use.
export type { SwitchOptions } from './options.ts';
export { type SimulatedSwitch, startSwitch } from './simulated-switch.ts';
