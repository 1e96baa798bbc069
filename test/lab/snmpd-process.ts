import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** From the top of the checkout, where tests are run. */
const START = ['lab', 'switch', 'start'].join('/');
const Q_BRIDGE = '1.3.6.1.2.1.17.7.1.4';

export interface SnmpdPort {
  readonly name: string;
  readonly ifIndex: number;
  readonly bridgePort: number;
  readonly alias: string;
  readonly pvid: number;
  readonly untagged: readonly number[];
  readonly tagged: readonly number[];
}

/** The tables of a switch, as lab/switch/tables.py keeps them. */
export interface SnmpdTables {
  readonly vlans: readonly number[];
  readonly ports: readonly SnmpdPort[];
  readonly interfaces?: readonly { readonly name: string; readonly ifIndex: number }[];
  readonly bitmapBytes?: number;
  /** How many values were written since it started. */
  readonly writes?: number;
}

/** net-snmp's agent with the tables of a switch, on loopback. Community and user: lab/switch/start. */
export interface Snmpd {
  readonly port: number;
  load(): SnmpdTables;
  save(tables: SnmpdTables): void;
  /** All of Q-BRIDGE-MIB, as net-snmp's own client reads it. */
  walk(community: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startSnmpd(tables: SnmpdTables, community: string): Promise<Snmpd> {
  const directory = mkdtempSync(join(tmpdir(), 'pumphouse-switch-'));
  const file = join(directory, 'state.json');
  const save = (state: SnmpdTables) => {
    writeFileSync(`${file}.test`, JSON.stringify(state));
    renameSync(`${file}.test`, file);
  };
  save(tables);
  const port = await freePort();
  const snmpd = spawn(START, [directory, String(port)], { stdio: 'ignore' });
  const ended = once(snmpd, 'exit');
  const walk = async (name: string): Promise<string> => {
    const options = ['-v2c', '-c', name, '-On', '-Ox', '-t', '1', '-r', '0', `127.0.0.1:${port}`, Q_BRIDGE];
    return (await promisify(execFile)('snmpwalk', options, { env: { ...process.env, MIBS: '' } })).stdout;
  };
  for (let tries = 0; !(await walk(community).catch(() => '')).includes(Q_BRIDGE); tries += 1) {
    if (tries === 50 || snmpd.exitCode !== null) throw new Error(`snmpd does not answer: see ${directory}/snmpd.log`);
    await pause(100);
  }
  return {
    port,
    load: () => JSON.parse(readFileSync(file, 'utf8')) as SnmpdTables,
    save,
    walk,
    stop: async () => {
      snmpd.kill();
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
