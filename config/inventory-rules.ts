import { didYouMean, listWords } from './did-you-mean.ts';
import { type Environment, readablePath } from './file-path.ts';
import { childPath, find, follow, type Located, problemAt } from './located.ts';
import type { Problem } from './problems.ts';

type Path = readonly (string | number)[];

/**
 * How names, hosts and switches fit together. Works on what is written, not on what the schema made of it, so that one
 * bad value hides no other.
 */
export class InventoryRules {
  readonly #root: Located;
  readonly #meant: ReadonlySet<string>;
  readonly #env: Environment;
  readonly #problems: Problem[];

  /** `meant`: key paths that are there but misspelt. */
  constructor(root: Located, meant: ReadonlySet<string>, env: Environment, problems: Problem[]) {
    this.#root = root;
    this.#meant = meant;
    this.#env = env;
    this.#problems = problems;
  }

  check(): void {
    const clouds = ['source', 'target'].flatMap((role) =>
      this.#items(role).map((path) => {
        const name: Path = [...path, 'name'];
        return this.#text(name) === undefined ? [...path, 'cloud'] : name;
      }),
    );
    const hosts = this.#items('hosts');
    const switches = this.#items('switches').map((path): Path => [...path, 'name']);
    this.#unique(clouds);
    this.#unique(hosts.map((path) => [...path, 'name']));
    this.#unique(
      hosts.flatMap((path) => this.#itemsAt([...path, 'macs'])),
      (mac) => mac.replaceAll(/[:-]/g, '').toLowerCase(),
    );
    this.#unique(switches);
    // Of one that was copied and not changed, another machine would be switched off, or moved to another VLAN.
    this.#unique(
      hosts.map((path) => [...path, 'bmc', 'address']),
      (address, path) => this.#controller(address, path),
    );
    this.#unique(
      hosts.map((path) => [...path, 'switch_port', 'port']),
      (port, path) => JSON.stringify([this.#text([...path.slice(0, -1), 'switch']), port.toLowerCase()]),
    );
    const names = switches.map((path) => this.#text(path)).filter((name) => name !== undefined);
    for (const host of hosts) {
      this.#checkWiring([...host, 'switch_port', 'switch'], names);
      this.#checkFile([...host, 'bmc', 'cacert']);
    }
    for (const path of this.#items('switches')) if (this.#text([...path, 'driver']) === 'snmp') this.#checkSnmp(path);
  }

  /** The same text twice is reported where it stands for the second time. */
  #unique(paths: readonly Path[], normalize: (text: string, path: Path) => string = (text) => text): void {
    const seen = new Map<string, Path>();
    for (const path of paths) {
      const text = this.#text(path);
      if (text === undefined) continue;
      const key = normalize(text, path);
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, path);
        continue;
      }
      const { keyPath, line } = follow(this.#root, first).node.origin;
      this.#report(path, `the same as ${keyPath} in line ${line}`, 'each must be there once');
    }
  }

  /** Controllers may share an address by different ports; a Redfish service of several systems has a path for each. */
  #controller(address: string, path: Path): string {
    const port = this.#text([...path.slice(0, -1), 'port']) ?? '623';
    const place = address.toLowerCase().replace(/\/+$/, '');
    return place.includes('//') ? place : `${place} ${port}`;
  }

  #checkWiring(path: Path, switches: readonly string[]): void {
    const name = this.#text(path);
    if (name === undefined || switches.includes(name)) return;
    const known = switches.length > 0 ? `switches has ${listWords(switches, 'and')}` : 'switches is empty';
    this.#report(path, 'is not the name of an entry of switches', didYouMean(name, switches) ?? known);
  }

  #checkFile(path: Path): void {
    const written = this.#text(path);
    const origin = find(this.#root, path)?.origin;
    if (written !== undefined && origin !== undefined) readablePath(written, origin, this.#env, this.#problems);
  }

  #checkSnmp(path: Path): void {
    const has = (key: string): boolean => find(this.#root, [...path, key]) !== undefined;
    const need = (key: string, hint?: string): void => {
      if (!has(key)) this.#report([...path, key], 'missing', hint);
    };
    const version = this.#text([...path, 'version']) ?? (has('username') ? '3' : '2c');
    if (version === '2c') {
      need('community', 'or give a username for SNMP version 3');
      return;
    }
    need('username', 'SNMP version 3 needs a user');
    if (has('auth_protocol')) need('auth_password');
    if (has('auth_password')) need('auth_protocol');
    if (has('priv_protocol')) need('priv_password');
    if (has('priv_password')) need('priv_protocol');
    if (has('priv_protocol') && !has('auth_protocol'))
      need('auth_password', 'SNMP has no privacy without authentication');
  }

  #items(section: string): readonly Path[] {
    return this.#itemsAt([section]);
  }

  #itemsAt(path: Path): readonly Path[] {
    const list = find(this.#root, path);
    return list?.kind === 'list' ? list.items.map((_item, index) => [...path, index]) : [];
  }

  #text(path: Path): string | undefined {
    const node = find(this.#root, path);
    return node?.kind === 'scalar' ? (node.value ?? undefined) : undefined;
  }

  #report(path: Path, message: string, hint?: string): void {
    const { node, rest } = follow(this.#root, path);
    const keyPath = rest.reduce(childPath, node.origin.keyPath);
    if (this.#meant.has(keyPath) || this.#problems.some((problem) => problem.keyPath === keyPath)) return;
    this.#problems.push(problemAt({ ...node.origin, keyPath }, message, hint));
  }
}
