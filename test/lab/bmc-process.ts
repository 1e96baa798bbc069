import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { program, scratchFolder } from '../workers/fake-programs.ts';

/** Whatever is not up after so long will not come. */
const START_MS = 30_000;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function until(isUp: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + START_MS; !(await isUp()); await pause(100))
    if (Date.now() > deadline) throw new Error('it has not come up');
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

export interface IpmiSim {
  readonly port: number;
  set(what: 'power' | 'boot', value: string): void;
  /** `power`: 1 or 0; `boot`: pxe, default or none. */
  get(what: 'power' | 'boot'): string;
  stop(): Promise<void>;
}

/** OpenIPMI's BMC, with a user admin. Its hook keeps power and boot device in files; a system that could shut down it has not. */
export async function startIpmiSim(password: string): Promise<IpmiSim> {
  const folder = await scratchFolder();
  const hook = await program(
    folder,
    'chassis',
    `cd '${folder}'; case $1 in 0x*|[0-9]*) shift ;; esac; op=$1; shift
case $op in
  get) for key; do echo "$key:$(cat "$key")"; done ;;
  set) while [ $# -gt 1 ]; do case $1 in power|boot) echo "$2" >"$1" ;; esac; shift 2; done ;;
esac`,
  );
  const port = await freeUdpPort();
  const rights = ['callback', 'user', 'operator', 'admin'].map(
    (level) => `allowed_auths_${level} none md2 md5 straight`,
  );
  writeFileSync(
    join(folder, 'lan.conf'),
    `name "old-1"\nset_working_mc 0x20\nstartlan 1\naddr 127.0.0.1 ${port}\npriv_limit admin\n${rights.join('\n')}
guid a123456789abcdefa123456789abcdef\nendlan\nchassis_control "${hook}"
user 1 false "" "" user 10 none md2 md5 straight\nuser 2 true "admin" "${password}" admin 10 none md2 md5 straight\n`,
    { mode: 0o600 },
  );
  writeFileSync(
    join(folder, 'sim.emu'),
    'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nsel_enable 0x20 1000 0x0a\n' +
      'sensor_add 0x20 0 0x01 0x01 0x01 event-only\nmc_enable 0x20\n',
  );
  const set = (what: string, value: string) => writeFileSync(join(folder, what), `${value}\n`);
  set('power', '1');
  set('boot', 'default');
  const files = ['-c', join(folder, 'lan.conf'), '-f', join(folder, 'sim.emu'), '-s', folder];
  const child = spawn('ipmi_sim', ['-n', ...files], { stdio: 'ignore' });
  const login = [
    '-I',
    'lanplus',
    '-C',
    '3',
    '-H',
    '127.0.0.1',
    '-p',
    String(port),
    '-U',
    'admin',
    '-E',
    '-N',
    '1',
    '-R',
    '1',
  ];
  const env = { ...process.env, IPMI_PASSWORD: password };
  await until(() =>
    promisify(execFile)('ipmitool', [...login, 'mc', 'guid'], { env }).then(
      () => true,
      () => false,
    ),
  );
  return {
    port,
    set,
    get: (what) => readFileSync(join(folder, what), 'utf8').trim(),
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}

/** sushy-tools' Redfish service with its fake machine, from PyPI into a folder of its own. */
export async function startSushy(username: string, password: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await scratchFolder();
  const lib = join(folder, 'lib');
  await promisify(execFile)('python3', ['-m', 'pip', 'install', '--quiet', '--target', lib, 'sushy-tools']);
  const env = { ...process.env, PYTHONPATH: lib };
  const hashing = 'import bcrypt,sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt(4)).decode())';
  const { stdout: hash } = await promisify(execFile)('python3', ['-c', hashing, password], { env });
  writeFileSync(join(folder, 'users'), `${username}:${hash.trim()}\n`);
  writeFileSync(
    join(folder, 'emulator.conf'),
    `SUSHY_EMULATOR_AUTH_FILE = '${join(folder, 'users')}'\nSUSHY_EMULATOR_STATE_DIR = '${folder}'\n`,
  );
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  await new Promise((closed) => server.close(closed));
  const options = ['--fake', '--config', join(folder, 'emulator.conf'), '-i', '127.0.0.1', '-p', port];
  const child = spawn('python3', [join(lib, 'bin', 'sushy-emulator'), ...options], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until(() =>
    fetch(`${url}/redfish/v1/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    url,
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}
