// Makes the checkout ready to run: installs the packages of the lock file and builds, each only when it is not done yet.
// Plain Node without a dependency, since it is what runs first on a fresh clone. Talks on stderr only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { heldLock } from './lock.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const dist = join(root, 'dist');
const installStamp = join(modules, '.pumphouse-installed');
const buildStamp = join(dist, '.build-stamp');
const BUNDLE = /^workflow-bundle\.js/;

const say = (line) => process.stderr.write(`pumphouse: ${line}\n`);
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const readJson = (path) => JSON.parse(read(path) ?? '{}');

class NotReady extends Error {}

/** Node's own version against `engines` of package.json (`>=20.3`). */
function checkNode() {
  const needed = readJson(join(root, 'package.json')).engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = needed.split('.').map(Number);
  if (major < needMajor || (major === needMajor && minor < needMinor)) {
    throw new NotReady(`needs Node ${needed} or newer, this is ${process.versions.node} (${process.execPath})`);
  }
}

function installKey() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const name of ['package.json', 'package-lock.json']) hash.update(read(join(root, name)) ?? 'none');
  return hash.digest('hex');
}

/**
 * npm's own note of what it installed says the same as the lock: somebody ran `npm ci` by hand, nothing to do. npm
 * writes the note last, so an install that was cut off has none. Optional packages may be missing (other platforms).
 */
function installedByHand() {
  const wanted = readJson(join(root, 'package-lock.json')).packages ?? {};
  const present = readJson(join(modules, '.package-lock.json')).packages;
  if (!present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = present[path];
    if (!found) return entry.optional || entry.devOptional || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

const workspaces = readJson(join(root, 'package.json')).workspaces ?? [];

/** Everything that tsc and the bundler read, in a stable order. */
function sources() {
  const settings = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    ...workspaces.map((w) => `${w}/tsconfig.json`),
  ];
  const folders = [...readJson(join(root, 'tsconfig.json')).include, ...workspaces.map((w) => `${w}/src`)].map((name) =>
    join(root, name),
  );
  return [...settings.map((name) => join(root, name)), ...folders.filter(existsSync).flatMap(files)].sort();
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : files(path);
    return /\.(ts|json)$/.test(entry.name) ? [path] : [];
  });
}

function buildKey() {
  const hash = createHash('sha256');
  for (const path of sources()) hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/** Runs npm with its output on stderr: stdout belongs to the command that called us (`npm pack --json`). */
function npm(args) {
  const env = { ...process.env };
  // Flags of the outer npm come down as variables; a `npm pack --dry-run` would turn the install into a dry run.
  for (const flag of ['dry_run', 'global', 'prefix', 'location', 'omit', 'production', 'package_lock_only', 'json']) {
    delete env[`npm_config_${flag}`];
  }
  const [command, first] = env.npm_execpath?.endsWith('.js') ? [process.execPath, [env.npm_execpath]] : ['npm', []];
  const result = spawnSync(command, [...first, ...args], { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (result.error) throw new NotReady(`npm could not be run: ${result.error.message}; install npm beside Node`);
  return result.status === 0;
}

const isInstalled = () => read(installStamp) === installKey() || installedByHand();

function install() {
  const why = existsSync(modules) ? 'node_modules is not what package-lock.json says' : 'no node_modules yet';
  say(`installing packages (${why})`);
  if (!npm(['ci', '--include=dev', '--no-audit', '--no-fund'])) {
    say('npm ci could not use the lock file (its reason is above); trying npm install without it');
    if (!npm(['install', '--include=dev', '--no-package-lock', '--no-audit', '--no-fund'])) {
      throw new NotReady('the packages could not be installed; npm says why above. Check the network and try again');
    }
  }
  mkdirSync(modules, { recursive: true });
  writeFileSync(installStamp, installKey());
}

/** tsc leaves what it made of sources that are gone; it would be packed, checked and run. */
function dropOrphans() {
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (/\.js(\.map)?$/.test(entry.name) && !(folder === dist && BUNDLE.test(entry.name))) {
        const source = join(root, relative(dist, path).replace(/\.js(\.map)?$/, '.ts'));
        if (!existsSync(source)) rmSync(path);
      }
    }
  };
  visit(dist);
}

const products = [join(dist, 'workflow-bundle.js'), ...workspaces.map((w) => join(root, w, 'dist', 'index.js'))];
const isBuilt = () => read(buildStamp) === buildKey() && products.every(existsSync);

function build() {
  const key = buildKey();
  const finished = existsSync(buildStamp) && products.every(existsSync);
  say(`building (${finished ? 'sources changed since the last build' : 'no finished build yet'})`);
  rmSync(buildStamp, { force: true });
  if (!npm(['run', '--silent', 'build'])) throw new NotReady('the build failed; the reason is above');
  dropOrphans();
  // A file saved while the compiler ran must count as changed: the stamp holds what was there before.
  writeFileSync(buildStamp, key);
}

/** One process at a time installs or builds; the others wait and then find it done. */
function lockPath() {
  const name = createHash('sha256').update(`${root} ${userInfo().uid}`).digest('hex').slice(0, 16);
  return join(tmpdir(), `pumphouse-ready-${name}.lock`);
}

async function makeReady() {
  checkNode();
  if (isInstalled() && isBuilt()) return;
  const release = await heldLock(lockPath(), (pid) => say(`waiting for process ${pid}, which installs or builds here`));
  try {
    if (!isInstalled()) install();
    if (!isBuilt()) build();
  } finally {
    release();
  }
}

try {
  await makeReady();
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  say(error.message);
  process.exitCode = 1;
}
