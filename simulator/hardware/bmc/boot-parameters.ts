import type { Clock } from '../../clock.ts';
import type { BootDevice, BootOverride, Machine } from '../machine.ts';
import type { Outcome } from './message.ts';

/** Completion codes of their own, sections 28.12 and 28.13. */
const NOT_SUPPORTED = 0x80;
const SETTING_ALREADY = 0x81;
const CUT = 0xc7;
const OUT_OF_RANGE = 0xc9;

const VERSION = 0x01;
const MARKED_INVALID = 0x80;
const [SET_IN_PROGRESS, VALID_BIT_CLEARING, ACKNOWLEDGE, BOOT_FLAGS] = [0, 3, 4, 5];
const LENGTHS: Readonly<Record<number, number>> = {
  [SET_IN_PROGRESS]: 1,
  [VALID_BIT_CLEARING]: 1,
  [ACKNOWLEDGE]: 2,
  [BOOT_FLAGS]: 5,
};

const VALID = 0x80;
const PERSISTENT = 0x40;
const UEFI = 0x20;
/** Of parameter 3: the valid bit outlives the 60 s. */
const WITHOUT_TIMER = 0x08;
const TIMER_MS = 60_000;

/** Table 28-14, parameter 5, data 2, bits 5 to 2. Others are taken and lead to a screen that waits for a person. */
const DEVICES: readonly (readonly [number, BootDevice])[] = [
  [0x0, 'none'],
  [0x1, 'pxe'],
  [0x2, 'disk'],
  [0x3, 'disk'],
  [0x5, 'cd'],
  [0x6, 'setup'],
];

/** System boot options of one BMC, sections 28.12 and 28.13. */
export class BootParameters {
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #values: Map<number, Buffer>;
  readonly #invalid = new Set<number>();
  /** What was put into the machine for the flags; when it has another, the firmware or somebody else was there since. */
  #given: BootOverride | undefined;
  #timer: object | undefined;

  constructor(machine: Machine, clock: Clock) {
    this.#machine = machine;
    this.#clock = clock;
    this.#values = new Map(Object.entries(LENGTHS).map(([number, length]) => [Number(number), Buffer.alloc(length)]));
    let power = machine.power;
    machine.watch(() => {
      // Table 28-14, parameter 0: a machine that goes off, or starts, ends what was being set.
      if (machine.power !== power) this.#values.set(SET_IN_PROGRESS, Buffer.alloc(1));
      power = machine.power;
    });
  }

  get(data: Buffer): Outcome {
    if (data.length < 3) return { code: CUT };
    const parameter = data.readUInt8(0) & 0x7f;
    const value = parameter === BOOT_FLAGS ? this.#flags() : this.#values.get(parameter);
    if (value === undefined) return { code: NOT_SUPPORTED };
    const marked = this.#invalid.has(parameter) ? MARKED_INVALID : 0;
    return { code: 0, data: Buffer.concat([Uint8Array.of(VERSION, marked | parameter), value]) };
  }

  set(data: Buffer): Outcome {
    if (data.length < 1) return { code: CUT };
    const parameter = data.readUInt8(0) & 0x7f;
    const length = LENGTHS[parameter];
    const value = Buffer.from(data.subarray(1));
    if (length === undefined) return { code: NOT_SUPPORTED };
    if (value.length !== 0 && value.length !== length) return { code: CUT };
    if (parameter === SET_IN_PROGRESS && value.length > 0) {
      const [now = 0] = this.#values.get(SET_IN_PROGRESS) ?? [];
      const wanted = value.readUInt8(0) & 0x03;
      if (wanted > 1) return { code: OUT_OF_RANGE };
      if (wanted === 1 && now === 1) return { code: SETTING_ALREADY };
    }
    if ((data.readUInt8(0) & MARKED_INVALID) !== 0) this.#invalid.add(parameter);
    else this.#invalid.delete(parameter);
    if (value.length === 0) return { code: 0 };
    if (parameter === ACKNOWLEDGE) this.#acknowledge(value);
    else this.#values.set(parameter, value);
    if (parameter === BOOT_FLAGS) this.#apply(value);
    return { code: 0 };
  }

  /** The timer begins anew with every Chassis Control. */
  chassisControlled(): void {
    if (this.#timer !== undefined && this.#machine.bootOverride === this.#given) this.#startTimer();
  }

  #acknowledge(value: Buffer): void {
    const [mask = 0, bits = 0] = value;
    const [, now = 0] = this.#values.get(ACKNOWLEDGE) ?? [];
    this.#values.set(ACKNOWLEDGE, Buffer.of(0, (now & ~mask) | (bits & mask)));
  }

  #apply(flags: Buffer): void {
    this.#timer = undefined;
    const [first = 0, second = 0] = flags;
    const valid = (first & VALID) !== 0 && !this.#invalid.has(BOOT_FLAGS);
    const device = DEVICES.find(([number]) => number === ((second >> 2) & 0x0f))?.[1] ?? 'setup';
    this.#machine.setBootOverride({
      device: valid ? device : 'none',
      persistence: (first & PERSISTENT) === 0 ? 'once' : 'always',
      firmware: (first & UEFI) === 0 ? 'bios' : 'uefi',
    });
    this.#given = this.#machine.bootOverride;
    const [clearing = 0] = this.#values.get(VALID_BIT_CLEARING) ?? [];
    if (valid && (clearing & WITHOUT_TIMER) === 0) this.#startTimer();
  }

  #startTimer(): void {
    const mine = {};
    this.#timer = mine;
    this.#clock.after(TIMER_MS, () => {
      if (this.#timer !== mine || this.#machine.bootOverride !== this.#given) return;
      this.#timer = undefined;
      this.#machine.setBootOverride({ device: 'none', persistence: 'once', firmware: 'bios' });
    });
  }

  /** As they were set, without the valid bit when the firmware has used them up or the time is over. */
  #flags(): Buffer {
    const flags = Buffer.from(this.#values.get(BOOT_FLAGS) ?? Buffer.alloc(5));
    const { device, persistence, firmware } = this.#machine.bootOverride;
    if (this.#machine.bootOverride === this.#given) return flags;
    if (device === 'none') {
      flags.writeUInt8((flags[0] ?? 0) & ~VALID, 0);
      return flags;
    }
    const number = DEVICES.find(([, name]) => name === device)?.[0] ?? 0;
    const first = VALID | (persistence === 'always' ? PERSISTENT : 0) | (firmware === 'uefi' ? UEFI : 0);
    return Buffer.of(first, number << 2, 0, 0, 0);
  }
}
