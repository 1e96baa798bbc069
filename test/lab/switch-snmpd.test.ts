import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { COMMUNITY, INTERFACES, PORTS, type Stage, switchCases, VLANS } from '../services/switch/switch-cases.ts';

/** From the top of the checkout, where tests are run. */
const START = ['lab', 'switch', 'start'].join('/');

const run = promisify(execFile);
const Q_BRIDGE = '1.3.6.1.2.1.17.7.1.4';

interface State {
  readonly ports: readonly { name: string; bridgePort: number; pvid: number; untagged: number[]; tagged: number[] }[];
  readonly writes?: number;
}

/** snmpd with the tables of lab/switch, judged by net-snmp's own snmpwalk. */
async function snmpdStage(bitmapBytes: number): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'pumphouse-switch-'));
  const file = join(directory, 'state.json');
  const load = async () => JSON.parse(await readFile(file, 'utf8')) as State;
  const save = async (state: unknown) => {
    await writeFile(`${file}.test`, JSON.stringify(state));
    await rename(`${file}.test`, file);
  };
  await save({ vlans: VLANS, ports: PORTS, interfaces: INTERFACES, bitmapBytes });
  const port = await freePort();
  const snmpd = spawn(START, [directory, String(port)], { stdio: 'ignore' });
  const ended = once(snmpd, 'exit');
  const walk = async (): Promise<string> => {
    const options = ['-v2c', '-c', COMMUNITY, '-On', '-Ox', '-t', '1', '-r', '0', `127.0.0.1:${port}`, Q_BRIDGE];
    return (await run('snmpwalk', options, { env: { ...process.env, MIBS: '' } })).stdout;
  };
  for (let tries = 0; !(await walk().catch(() => '')).includes(Q_BRIDGE); tries += 1) {
    if (tries === 50 || snmpd.exitCode !== null) throw new Error(`snmpd does not answer: see ${directory}/snmpd.log`);
    await pause(100);
  }
  return {
    host: '127.0.0.1',
    port,
    vlansOf: async (name) => {
      const found = (await load()).ports.find((one) => one.name === name)!;
      return { pvid: found.pvid, untagged: found.untagged, tagged: found.tagged };
    },
    setPort: async (name, vlans) => {
      const state = await load();
      await save({ ...state, ports: state.ports.map((one) => (one.name === name ? { ...one, ...vlans } : one)) });
    },
    everything: walk,
    writes: async () => (await load()).writes ?? 0,
    close: async () => {
      snmpd.kill();
      await ended;
      await rm(directory, { recursive: true });
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

switchCases("net-snmp's agent with the tables of a switch, bitmaps of 8 octets", () => snmpdStage(8));
switchCases("net-snmp's agent with the tables of a switch, bitmaps of 64 octets", () => snmpdStage(64));
