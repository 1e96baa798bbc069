import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { BmcSettings, HostSettings, SnmpSwitchSettings, SwitchSettings } from './configuration.ts';
import { didYouMean, listWords } from './did-you-mean.ts';
import { type Environment, expandHome, reasonOf } from './interpolation.ts';
import type { HostKeys, SwitchKeys } from './inventory-schema.ts';
import { childPath, find, follow, type Located, problemAt } from './located.ts';
import type { Problem } from './problems.ts';

/** `hosts:` and `switches:`, after the schema: how entries fit together, and their settings. */
export class InventoryReader {
  readonly #root: Located;
  readonly #env: Environment;
  readonly #problems: Problem[];

  constructor(root: Located, env: Environment, problems: Problem[]) {
    this.#root = root;
    this.#env = env;
    this.#problems = problems;
  }

  switches(given: readonly SwitchKeys[]): SwitchSettings[] {
    this.unique(given.map(({ name }, index) => ({ text: name, path: ['switches', index, 'name'] })));
    return given.flatMap((keys, index): SwitchSettings[] => {
      if (keys.driver !== 'snmp') return [keys];
      const access = this.#snmpAccess(keys, ['switches', index]);
      const { name, address, port = 161 } = keys;
      return access === undefined ? [] : [{ driver: 'snmp', name, address, port, access }];
    });
  }

  hosts(given: readonly HostKeys[], switchNames: readonly string[]): HostSettings[] {
    this.unique(given.map(({ name }, index) => ({ text: name, path: ['hosts', index, 'name'] })));
    this.unique(
      given.flatMap(({ macs }, index) =>
        (macs ?? []).map((mac, nth) => ({ text: mac, path: ['hosts', index, 'macs', nth] })),
      ),
    );
    return given.map((keys, index) => {
      const wiring = keys.switch_port ?? undefined;
      if (wiring !== undefined && !switchNames.includes(wiring.switch)) {
        const known = switchNames.length > 0 ? `switches has ${listWords(switchNames, 'and')}` : 'switches is empty';
        const hint = didYouMean(wiring.switch, switchNames) ?? known;
        this.#report(['hosts', index, 'switch_port', 'switch'], 'is not the name of an entry of switches', hint);
      }
      const bmc = keys.bmc ? this.#bmc(keys.bmc, ['hosts', index, 'bmc']) : undefined;
      return {
        name: keys.name,
        role: keys.role ?? 'compute',
        ...(bmc === undefined ? {} : { bmc }),
        macs: keys.macs ?? [],
        ...(wiring === undefined ? {} : { switchPort: wiring }),
      };
    });
  }

  /** Reports every text that has been there before, with the line of the first. */
  unique(given: readonly { readonly text: string; readonly path: readonly (string | number)[] }[]): void {
    const seen = new Map<string, readonly (string | number)[]>();
    for (const { text, path } of given) {
      const first = seen.get(text);
      if (first === undefined) {
        seen.set(text, path);
        continue;
      }
      const { keyPath, line } = follow(this.#root, first).node.origin;
      this.#report(path, `the same as ${keyPath}${line === undefined ? '' : ` in line ${line}`}`);
    }
  }

  #report(path: readonly (string | number)[], message: string, hint?: string): void {
    const { node, rest } = follow(this.#root, path);
    const keyPath = rest.reduce(childPath, node.origin.keyPath);
    this.#problems.push(problemAt({ ...node.origin, keyPath }, message, hint));
  }

  #bmc(keys: NonNullable<HostKeys['bmc']>, path: readonly (string | number)[]): BmcSettings {
    switch (keys.driver) {
      case 'command':
        return keys;
      case 'redfish': {
        const { driver, address, username, password, verify = true, cacert } = keys;
        const file = cacert === undefined ? {} : { cacert: this.#readable(cacert, [...path, 'cacert']) };
        return { driver, address, username, password, tls: { verify, ...file } };
      }
      case 'ipmi':
      case 'ipmitool': {
        const { driver, address, port = 623, username, password, privilege = 'administrator' } = keys;
        const suite =
          keys.cipher_suite === undefined ? {} : ({ cipherSuite: keys.cipher_suite === '3' ? 3 : 17 } as const);
        return { driver, address, port, username, password, privilege, ...suite };
      }
      default:
        return keys satisfies never;
    }
  }

  #readable(written: string, path: readonly (string | number)[]): string {
    const origin = find(this.#root, path)?.origin;
    const absolute = resolve(origin?.directory ?? '.', expandHome(written, this.#env));
    try {
      accessSync(absolute, constants.R_OK);
    } catch (error) {
      this.#report(path, `the file cannot be read: ${reasonOf(error)}`, 'relative paths start at this file');
    }
    return absolute;
  }

  #snmpAccess(
    keys: Extract<SwitchKeys, { driver: 'snmp' }>,
    path: readonly (string | number)[],
  ): SnmpSwitchSettings['access'] | undefined {
    const version = keys.version ?? (keys.username === undefined ? '2c' : '3');
    if (version === '2c') {
      if (keys.community !== undefined) return { version, community: keys.community };
      this.#report([...path, 'community'], 'missing', 'or give a username for SNMP version 3');
      return undefined;
    }
    const { username } = keys;
    const auth = this.#protocol(keys.auth_protocol, keys.auth_password, [...path, 'auth']);
    const priv = this.#protocol(keys.priv_protocol, keys.priv_password, [...path, 'priv']);
    if (username === undefined) this.#report([...path, 'username'], 'missing', 'SNMP version 3 needs a user');
    if (priv !== undefined && auth === undefined) {
      this.#report([...path, 'auth_password'], 'missing', 'SNMP has no privacy without authentication');
    }
    if (username === undefined) return undefined;
    return { version, username, ...(auth === undefined ? {} : { auth }), ...(priv === undefined ? {} : { priv }) };
  }

  #protocol<S>(protocol: string | undefined, password: S | undefined, path: readonly (string | number)[]) {
    if (protocol === undefined && password === undefined) return undefined;
    const prefix = [...path.slice(0, -1)];
    const kind = String(path.at(-1));
    if (password === undefined) this.#report([...prefix, `${kind}_password`], 'missing');
    if (protocol === undefined) this.#report([...prefix, `${kind}_protocol`], 'missing');
    return protocol === undefined || password === undefined ? undefined : { protocol, password };
  }
}
