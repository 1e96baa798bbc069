// The door of this folder: what others may use. Files behind it import each other directly.
export { openPower } from './open-power.ts';
export type { BootOverride, BootSetting, BootSource, PowerDriver, PowerState } from './power-driver.ts';
export { type PowerOffOrder, type SeenPower, settlePowerOff, settlePowerOn } from './settled-power.ts';
