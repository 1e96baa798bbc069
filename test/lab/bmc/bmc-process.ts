import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IpmiClient, type IpmiOptions } from 'ipmi-ts';

export const HOST = '127.0.0.1';
export const PASSWORD = 'sesame';
const WAIT_MS = 20_000;

/** A BMC in a process of its own, at a free port of loopback, with a folder for what it keeps. */
export interface BmcProcess {
  readonly port: number;
  readonly folder: string;
  /** What ipmitool answers, by suite 3 and the password in the environment. Rejects when it fails. */
  ipmitool(...words: readonly string[]): Promise<string>;
  connect(options?: Partial<IpmiOptions>): Promise<IpmiClient>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, HOST);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** OpenIPMI's ipmi_sim; its chassis is files in the folder: `power` (0, 1), `boot` (default, pxe …), `events`. */
export async function startIpmiSim(): Promise<BmcProcess> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'ipmi-sim-'))];
  const script = new URL('../../../lab/zed/bmc-chassis', import.meta.url).pathname;
  const [lan, emulated, state] = ['lan.conf', 'sim.emu', 'state'].map((name) => join(folder, name)) as [
    ...[string, string, string],
  ];
  const levels = ['callback', 'user', 'operator', 'admin'].map(
    (level) => `allowed_auths_${level} none md2 md5 straight`,
  );
  const settings = [
    ...['name "bmc"', 'set_working_mc 0x20', 'startlan 1', `addr ${HOST} ${port}`, 'priv_limit admin', ...levels],
    ...['guid a123456789abcdefa123456789abcdef', 'endlan', `chassis_control "${script} ${folder}"`],
    'user 1 false "" "" user 10 none md2 md5 straight',
    `user 2 true "admin" "${PASSWORD}" admin 10 none md2 md5 straight`,
    `user 3 true "operator" "${PASSWORD}" operator 10 none md2 md5 straight`,
  ];
  const machine = [
    ...['mc_setbmc 0x20', 'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr'],
    ...['sel_enable 0x20 1000 0x0a', 'sensor_add 0x20 0 0x01 0x01 0x01 event-only', 'mc_enable 0x20'],
  ];
  await mkdir(state);
  await writeFile(lan, `${settings.join('\n')}\n`, { mode: 0o600 });
  await writeFile(emulated, `${machine.join('\n')}\n`);
  await writeFile(join(folder, 'power'), '1\n');
  await writeFile(join(folder, 'boot'), 'default\n');
  const child = spawn('ipmi_sim', ['-n', '-c', lan, '-f', emulated, '-s', state], { stdio: 'ignore' });
  return await ready(child, { port, folder });
}

/** pyghmi's, as virtualbmc uses it: installed from PyPI into the folder. Its machine is the file `machine.json` there. */
export async function startPyghmi(): Promise<BmcProcess> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'pyghmi-'))];
  const packages = join(folder, 'packages');
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--target',
    packages,
    'pyghmi==1.6.19',
  ];
  await promisify(execFile)('python3', pip);
  const script = new URL('./pyghmi_bmc.py', import.meta.url).pathname;
  const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1', BMC_PASSWORD: PASSWORD };
  const child = spawn('python3', [script, String(port), join(folder, 'machine.json')], { env, stdio: 'ignore' });
  return await ready(child, { port, folder });
}

async function ready(child: ChildProcess, at: { port: number; folder: string }): Promise<BmcProcess> {
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
    await rm(at.folder, { recursive: true, force: true });
  };
  const connect = (options: Partial<IpmiOptions> = {}) => {
    const login = { host: HOST, port: at.port, user: 'admin', password: PASSWORD, timeoutMs: 3000, retransmitMs: 200 };
    return IpmiClient.connect({ ...login, ...options });
  };
  const ipmitool = async (...words: readonly string[]) => {
    const login = ['-I', 'lanplus', '-C', '3', '-H', HOST, '-p', String(at.port), '-U', 'admin', '-E'];
    const env = { ...process.env, IPMI_PASSWORD: PASSWORD };
    return (await promisify(execFile)('ipmitool', [...login, ...words], { env })).stdout;
  };
  const until = Date.now() + WAIT_MS;
  try {
    for (;;) {
      const client = await connect({ timeoutMs: 1000 }).catch((error: Error) => error);
      if (client instanceof IpmiClient) {
        await client.close();
        return { ...at, ipmitool, connect, stop };
      }
      if (child.exitCode !== null || Date.now() > until) throw new Error('the BMC does not start', { cause: client });
    }
  } catch (error) {
    await stop();
    throw error;
  }
}
