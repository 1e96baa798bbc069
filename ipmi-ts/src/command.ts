import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { BootDevice } from './boot-options.ts';
import type { ChassisAction } from './chassis.ts';
import type { CipherSuiteId } from './cipher-suites.ts';
import { IpmiClient } from './client.ts';
import { IpmiError } from './errors.ts';
import type { Privilege } from './handshake.ts';
import type { IpmiOptions } from './options.ts';

const USAGE = `usage: ipmi-ts -H HOST -U USER [option]... COMMAND

commands:
  power status|on|off|soft|cycle|reset    chassis power; off cuts it, soft asks the operating system
  bootdev pxe|disk|cdrom|bios|none        what the next start boots from
  bootdev status                          what is set
  chassis status                          power and faults
  mc info                                 device, firmware, GUID
  sel info                                the event log

options:
  -H, --host HOST             address or name of the BMC
  -p, --port PORT             623 when not given
  -U, --user USER
  -f, --password-file FILE    the password, first line; otherwise the variable IPMI_PASSWORD
  -L, --privilege LEVEL       user, operator or administrator (default)
  -C, --cipher-suite ID       17 or 3; both are tried when not given
      (a BMC key KG, where one is set: the variable IPMI_KGKEY)
      --persistent            bootdev: for every start, not only the next
      --uefi                  bootdev: the machine boots by UEFI
      --timeout SECONDS       for one answer; 15 when not given
      --json                  machine-readable
  -h, --help

exit codes: 0 done, 1 it was not done, 2 wrong usage`;

const ACTIONS: readonly ChassisAction[] = ['on', 'off', 'soft', 'cycle', 'reset'];
const DEVICES: readonly BootDevice[] = ['pxe', 'disk', 'cdrom', 'bios', 'none'];
const LEVELS: readonly Privilege[] = ['user', 'operator', 'administrator'];

class Usage extends Error {}

interface Wish {
  readonly bmc: IpmiOptions;
  readonly work: (client: IpmiClient) => Promise<unknown>;
  readonly isJson: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The command `ipmi-ts`. @returns its exit code */
export async function main(args: readonly string[], environment: Environment): Promise<number> {
  try {
    const wish = await read(args, environment);
    if (wish === undefined) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    const answer = await IpmiClient.with(wish.bmc, wish.work);
    process.stdout.write(wish.isJson ? `${JSON.stringify(answer)}\n` : inWords(answer));
    return 0;
  } catch (error) {
    if (!(error instanceof Usage) && !(error instanceof IpmiError)) throw error;
    process.stderr.write(`ipmi-ts: ${error.message}\n`);
    return error instanceof Usage || error.problem === 'configuration' ? 2 : 1;
  }
}

async function read(args: readonly string[], environment: Environment): Promise<Wish | undefined> {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const work = workOf(positionals, { persistent: values.persistent === true, uefi: values.uefi === true });
  if (values.host === undefined) throw new Usage('whose power? say -H HOST');
  if (values.user === undefined) throw new Usage('as which user? say -U USER');
  const privilege = LEVELS.find((level) => level === (values.privilege ?? 'administrator'));
  if (privilege === undefined) throw new Usage(`-L ${values.privilege}: one of ${LEVELS.join(', ')}`);
  const suites = values['cipher-suite'] === undefined ? {} : { cipherSuites: [suiteOf(values['cipher-suite'])] };
  const port = positive('-p', values.port ?? '623', 65_535);
  const timeoutMs = positive('--timeout', values.timeout ?? '15', 3_600) * 1000;
  const key = environment.IPMI_KGKEY === undefined ? {} : { bmcKey: environment.IPMI_KGKEY };
  const password = await passwordOf(values['password-file'], environment);
  const { host, user } = values;
  return {
    work,
    isJson: values.json === true,
    bmc: { host, user, privilege, password, port, timeoutMs, ...suites, ...key },
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        host: { type: 'string', short: 'H' },
        port: { type: 'string', short: 'p' },
        user: { type: 'string', short: 'U' },
        'password-file': { type: 'string', short: 'f' },
        privilege: { type: 'string', short: 'L' },
        'cipher-suite': { type: 'string', short: 'C' },
        timeout: { type: 'string' },
        persistent: { type: 'boolean' },
        uefi: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Usage(`${(error as Error).message.split('. ')[0]}; see --help`);
  }
}

function workOf(words: readonly string[], how: { persistent: boolean; uefi: boolean }): Wish['work'] {
  const [noun, verb, ...rest] = words;
  const known = `${words.join(' ')}: no such command; see --help`;
  if (rest.length > 0) throw new Usage(known);
  if ((how.persistent || how.uefi) && noun !== 'bootdev') throw new Usage('--persistent and --uefi go with bootdev');
  if (noun === 'mc' && verb === 'info') return info;
  if (noun === 'sel' && verb === 'info') return (client) => client.selInfo();
  if (noun === 'chassis' && verb === 'status') return (client) => client.chassisStatus();
  if (noun === 'power' && verb === 'status') return async (client) => ({ power: (await client.chassisStatus()).power });
  if (noun === 'bootdev' && verb === 'status') return (client) => client.bootOptions();
  const action = ACTIONS.find((candidate) => noun === 'power' && candidate === verb);
  if (action !== undefined)
    return async (client) => {
      await client.chassisControl(action);
      return { power: action, taken: true };
    };
  const device = DEVICES.find((candidate) => noun === 'bootdev' && candidate === verb);
  if (device !== undefined)
    return async (client) => {
      await client.setBootOptions({ device, ...how });
      return client.bootOptions();
    };
  throw new Usage(noun === undefined ? 'what is to be done? see --help' : known);
}

async function info(client: IpmiClient): Promise<unknown> {
  const guid = await unlessLacking(client.systemGuid());
  return {
    ...(await client.deviceId()),
    cipherSuite: client.cipherSuite,
    ...(guid === undefined ? {} : { guid }),
  };
}

/** What a BMC need not have. */
async function unlessLacking<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof IpmiError && error.problem === 'completion') return undefined;
    throw error;
  }
}

/** Never from an argument: every user of the machine could read it in the list of processes. */
async function passwordOf(file: string | undefined, environment: Environment): Promise<string> {
  if (file === undefined) {
    const password = environment.IPMI_PASSWORD;
    if (password === undefined) throw new Usage('no password: say -f FILE, or set IPMI_PASSWORD');
    return password;
  }
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new Usage(`the password file cannot be read: ${(error as Error).message}`);
  }
}

function suiteOf(word: string): CipherSuiteId {
  if (word === '3') return 3;
  if (word === '17') return 17;
  throw new Usage(`-C ${word}: 3 or 17, which encrypt`);
}

function positive(option: string, word: string, most: number): number {
  const number = Number(word);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Usage(`${option} ${word}: a whole number from 1 to ${most}`);
  return number;
}

function inWords(answer: unknown): string {
  return Object.entries(answer as Readonly<Record<string, unknown>>)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
