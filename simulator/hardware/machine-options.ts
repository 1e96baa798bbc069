import { z } from 'zod';

const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;
const TERABYTE = 1_000_204_886_016;
const GIBIBYTE = 2 ** 30;

/** Milliseconds of the simulator's clock. Real machines take minutes; the order of things is the same. */
const durationsSchema = z.strictObject({
  /** From the press of a button until the power is really on or off. */
  powerMs: z.number().min(0).default(300),
  /** Until a system that was asked to shut down is off. */
  softOffMs: z.number().min(0).default(1500),
  /** Self-test, before the boot device is looked up. */
  postMs: z.number().min(0).default(500),
  /** Until the system on the disk runs. */
  bootMs: z.number().min(0).default(1000),
  /** Until Fuel's bootstrap image runs: loaded over the network. */
  bootstrapMs: z.number().min(0).default(1500),
});

const machineOptionsSchema = z.strictObject({
  /** As Nova knows it in the old cloud. */
  name: z.string().min(1),
  /** Interface → MAC. */
  interfaces: z
    .record(z.string(), z.string().regex(MAC, 'six pairs of hex digits with colons'))
    .refine((interfaces) => Object.keys(interfaces).length > 0, 'at least one interface'),
  /** Which interface asks for PXE; the first unless told. */
  pxeInterface: z.string().optional(),
  /** Of the switch: where the PXE interface is plugged in. */
  switchPort: z.string().optional(),
  /** Disk → bytes. */
  disks: z.record(z.string(), z.number().int().positive()).default({ sda: TERABYTE, sdb: TERABYTE }),
  cpus: z.number().int().positive().default(8),
  memoryBytes: z
    .number()
    .int()
    .positive()
    .default(32 * GIBIBYTE),
  serial: z.string().default('S000001'),
  power: z.enum(['on', 'off']).default('on'),
  installed: z.enum(['old cloud', 'fuel node', 'nothing']).default('old cloud'),
  /** What the firmware tries without an override. Most are delivered like this: nothing is installed by accident. */
  firmwareOrder: z.array(z.enum(['pxe', 'disk'])).default(['disk', 'pxe']),
  /** Which kinds of override it can follow. */
  firmware: z.enum(['bios', 'uefi', 'both']).default('both'),
  /** When no server answers its PXE request it tries the next device, or waits for ever as some ROMs do. */
  pxeWithoutAnswer: z.enum(['next', 'hangs']).default('next'),
  softOff: z.enum(['works', 'hangs']).default('works'),
  durations: durationsSchema.prefault({}),
});
export type MachineOptions = z.input<typeof machineOptionsSchema>;
export type MachineSettings = Omit<z.output<typeof machineOptionsSchema>, 'pxeInterface'> & {
  readonly pxeInterface: string;
};

/** With what is usual for all that is not told. Throws a ZodError for a machine without sense. */
export function machineSettings(options: MachineOptions): MachineSettings {
  const settings = machineOptionsSchema.parse(options);
  return { ...settings, pxeInterface: settings.pxeInterface ?? Object.keys(settings.interfaces)[0] ?? '' };
}
