import type { Machine } from '../machine.ts';
import type { BootParameters } from './boot-parameters.ts';
import { algorithmRecords, cipherSuites, suiteRecords } from './cipher-suites.ts';
import type { Outcome, Request } from './message.ts';
import type { Session, SessionTable } from './session-table.ts';
import { type BmcSettings, HIGHEST_LEVEL, LEVELS } from './users.ts';

/** Completion codes, table 5-2. */
export const CODE = {
  ok: 0x00,
  busy: 0xc0,
  invalidCommand: 0xc1,
  wrongLength: 0xc7,
  outOfRange: 0xc9,
  invalidField: 0xcc,
  insufficientPrivilege: 0xd4,
  notInThisState: 0xd5,
} as const;

const APP = 0x06;
const CHASSIS = 0x00;
const STORAGE = 0x0a;

/** What commands work on. */
export interface Controller {
  readonly settings: BmcSettings;
  readonly machine: Machine;
  readonly guid: Buffer;
  readonly boot: BootParameters;
  readonly sessions: SessionTable;
}

export interface Command {
  /** As the specification calls it: faults are set by it. */
  readonly name: string;
  readonly netFn: number;
  readonly command: number;
  /** `anybody`: also outside of a session. Table G-1. */
  readonly level: keyof typeof LEVELS | 'anybody';
  /** Of the request's data; fewer are refused with C7h, more too. */
  readonly bytes?: number;
  run(controller: Controller, data: Buffer, session: Session | undefined): Outcome;
}

const CHANNEL = 1;
const PRESENT_CHANNEL = 0x0e;
const isOurChannel = (byte: number): boolean => (byte & 0x0f) === PRESENT_CHANNEL || (byte & 0x0f) === CHANNEL;
const done = (...data: readonly number[]): Outcome => ({ code: CODE.ok, data: Uint8Array.from(data) });
const no = (code: number): Outcome => ({ code });

const app: readonly Command[] = [
  {
    name: 'Get Channel Authentication Capabilities',
    ...{ netFn: APP, command: 0x38, level: 'anybody', bytes: 2 },
    run({ settings }, data) {
      const [channel = 0, level = 0] = data;
      if (!isOurChannel(channel) || (level & 0x0f) === 0 || (level & 0x0f) > HIGHEST_LEVEL)
        return no(CODE.invalidField);
      const asksV2 = (channel & 0x80) !== 0;
      const named = settings.users.some(({ enabled, name }) => enabled && name !== '') ? 0x04 : 0;
      const nameless = settings.users.some(({ enabled, name }) => enabled && name === '') ? 0x02 : 0;
      const kg = settings.bmcKey === '' ? 0 : 0x20;
      // No authentication type of IPMI v1.5 at all: sessions are RMCP+ ones.
      return done(CHANNEL, asksV2 ? 0x80 : 0x00, kg | named | nameless, asksV2 ? 0x02 : 0x00, 0, 0, 0, 0);
    },
  },
  {
    name: 'Get Channel Cipher Suites',
    ...{ netFn: APP, command: 0x54, level: 'anybody', bytes: 3 },
    run({ settings }, data) {
      const [channel = 0, , list = 0] = data;
      if (!isOurChannel(channel)) return no(CODE.invalidField);
      const suites = cipherSuites(settings.cipherSuites);
      const records = (list & 0x80) !== 0 ? suiteRecords(suites) : algorithmRecords(suites);
      const at = 16 * (list & 0x3f);
      return done(CHANNEL, ...records.subarray(at, at + 16));
    },
  },
  {
    name: 'Get Device ID',
    ...{ netFn: APP, command: 0x01, level: 'user', bytes: 0 },
    // Device 20h revision 1, firmware 3.45, IPMI 2.0, SEL and chassis device, manufacturer 343h, product 1234h.
    run: () => done(0x20, 0x01, 0x03, 0x45, 0x02, 0x84, 0x43, 0x03, 0x00, 0x34, 0x12, 0, 0, 0, 0),
  },
  {
    name: 'Get Self Test Results',
    ...{ netFn: APP, command: 0x04, level: 'user', bytes: 0 },
    run: () => done(0x55, 0x00),
  },
  {
    name: 'Get Device GUID',
    ...{ netFn: APP, command: 0x08, level: 'user', bytes: 0 },
    run: ({ guid }) => done(...guid),
  },
  {
    name: 'Get System GUID',
    ...{ netFn: APP, command: 0x37, level: 'anybody', bytes: 0 },
    run: ({ guid }) => done(...guid),
  },
  {
    name: 'Set Session Privilege Level',
    ...{ netFn: APP, command: 0x3b, level: 'callback', bytes: 1 },
    run(_controller, data, session) {
      const level = (data[0] ?? 0) & 0x0f;
      if (session === undefined) return no(CODE.invalidCommand);
      if (level === LEVELS.callback || level > 5) return no(CODE.invalidField);
      if (level > session.limit) return no(0x81);
      if (level !== 0) session.level = level;
      return done(session.level);
    },
  },
  {
    name: 'Close Session',
    ...{ netFn: APP, command: 0x3c, level: 'callback' },
    run({ sessions }, data, session) {
      if (data.length < 4) return no(CODE.wrongLength);
      const id = data.readUInt32LE(0);
      if (sessions.get(id) === undefined) return no(0x87);
      if (id !== session?.id && (session?.level ?? 0) < LEVELS.administrator) return no(CODE.insufficientPrivilege);
      sessions.remove(id);
      return done();
    },
  },
];

const chassis: readonly Command[] = [
  {
    name: 'Get Chassis Status',
    ...{ netFn: CHASSIS, command: 0x01, level: 'user', bytes: 0 },
    // Power restore policy: as it was before.
    run: ({ machine }) => done(0x20 | (machine.power === 'on' ? 1 : 0), 0x00, 0x40, 0x00),
  },
  {
    name: 'Chassis Control',
    ...{ netFn: CHASSIS, command: 0x02, level: 'operator', bytes: 1 },
    run({ machine, boot }, data) {
      const outcome = control(machine, (data[0] ?? 0) & 0x0f);
      if (outcome.code === CODE.ok) boot.chassisControlled();
      return outcome;
    },
  },
  {
    name: 'Set System Boot Options',
    ...{ netFn: CHASSIS, command: 0x08, level: 'operator' },
    run: ({ boot }, data) => boot.set(data),
  },
  {
    name: 'Get System Boot Options',
    ...{ netFn: CHASSIS, command: 0x09, level: 'operator', bytes: 3 },
    run: ({ boot }, data) => boot.get(data),
  },
];

/** Section 28.3. What needs a machine that is on is refused for one that is off. */
function control(machine: Machine, action: number): Outcome {
  if (action > 5) return no(CODE.invalidField);
  if (action >= 2 && machine.power === 'off') return no(CODE.notInThisState);
  switch (action) {
    case 0:
      machine.powerOff('hard');
      break;
    case 1:
      machine.powerOn();
      break;
    case 2:
      machine.cycle();
      break;
    case 3:
      machine.reset();
      break;
    case 5:
      machine.powerOff('soft');
      break;
    default:
      // A diagnostic interrupt: nobody listens to it here.
      break;
  }
  return done();
}

const storage: readonly Command[] = [
  {
    name: 'Get SEL Info',
    ...{ netFn: STORAGE, command: 0x40, level: 'user', bytes: 0 },
    // Version 1.5, no entries, 16000 bytes free, never added to or erased, nothing that is optional.
    run: () => done(0x51, 0, 0, 0x80, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  },
];

const COMMANDS: readonly Command[] = [...app, ...chassis, ...storage];

export function findCommand({ netFn, command }: Pick<Request, 'netFn' | 'command'>): Command | undefined {
  return COMMANDS.find((known) => known.netFn === netFn && known.command === command);
}

/** Does it, or says why not. `session`: undefined outside of one. */
export function execute(controller: Controller, command: Command, data: Buffer, session: Session | undefined): Outcome {
  if (command.level !== 'anybody') {
    if (session === undefined) return no(CODE.insufficientPrivilege);
    if (session.level < LEVELS[command.level]) return no(CODE.insufficientPrivilege);
  }
  if (command.bytes !== undefined && data.length !== command.bytes) return no(CODE.wrongLength);
  return command.run(controller, data, session);
}
