import { z } from 'zod';
import type { BootOverride, PowerState } from './power-driver.ts';

/** A reference to another resource, DSP0266 section 9.6.4. */
const link = z.looseObject({ '@odata.id': z.string() });

/** ServiceRoot, DSP0268: what is used of it. */
export const rootSchema = z.looseObject({
  Systems: link.nullish(),
  SessionService: link.nullish(),
  Links: z.looseObject({ Sessions: link.nullish() }).nullish(),
});
export type Root = z.output<typeof rootSchema>;

export const collectionSchema = z.looseObject({ Members: z.array(link) });

const resetSchema = z.looseObject({
  target: z.string(),
  'ResetType@Redfish.AllowableValues': z.array(z.string()).nullish(),
  '@Redfish.ActionInfo': z.string().nullish(),
});

const bootSchema = z.looseObject({
  BootSourceOverrideEnabled: z.string().nullish(),
  BootSourceOverrideTarget: z.string().nullish(),
  BootSourceOverrideMode: z.string().nullish(),
  'BootSourceOverrideTarget@Redfish.AllowableValues': z.array(z.string()).nullish(),
});
export type Boot = z.output<typeof bootSchema>;

/** ComputerSystem, DSP0268. */
export const systemSchema = z.looseObject({
  PowerState: z.string().nullish(),
  Boot: bootSchema.nullish(),
  Actions: z.looseObject({ '#ComputerSystem.Reset': resetSchema.nullish() }).nullish(),
  '@odata.etag': z.string().nullish(),
});
export type System = z.output<typeof systemSchema>;

/** ActionInfo, DSP0268: what an action's parameters may be. */
export const actionInfoSchema = z.looseObject({
  Parameters: z.array(z.looseObject({ Name: z.string(), AllowableValues: z.array(z.string()).nullish() })).nullish(),
});

/** Undefined where the controller does not know. On its way off or paused is not off. */
export function powerStateOf({ PowerState: state }: System): PowerState | undefined {
  if (state === undefined || state === null || state === '') return undefined;
  return state === 'Off' ? 'off' : 'on';
}

export const TARGETS = { none: 'None', pxe: 'Pxe', disk: 'Hdd' } as const;
export const MODES = { bios: 'Legacy', uefi: 'UEFI' } as const;

/** What the Boot property says: an override that is disabled, or that targets nothing, is none. */
export function overrideOf(boot: Boot): BootOverride {
  const firmware = firmwareOf(boot.BootSourceOverrideMode);
  const ofFirmware = firmware === undefined ? {} : { firmware };
  const { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: target } = boot;
  if (!enabled || enabled === 'Disabled' || !target || target === TARGETS.none)
    return { source: 'none', persistence: 'once', ...ofFirmware };
  const source = target === TARGETS.pxe ? 'pxe' : target === TARGETS.disk ? 'disk' : 'other';
  return { source, persistence: enabled === 'Continuous' ? 'always' : 'once', ...ofFirmware };
}

function firmwareOf(mode: string | null | undefined): BootOverride['firmware'] {
  if (mode === MODES.uefi) return 'uefi';
  return mode === MODES.bios ? 'bios' : undefined;
}
