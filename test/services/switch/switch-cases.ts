import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SwitchSettings } from '../../../config/index.ts';
import { Secret } from '../../../config/secret.ts';
import { ApiError } from '../../../services/api-error.ts';
import { SnmpSwitch } from '../../../services/switch/snmp.ts';
import type { PortVlans } from '../../../services/switch/switch-driver.ts';

type SnmpSettings = Extract<SwitchSettings, { driver: 'snmp' }>;

/** What every switch on the stage is: VLANs 1, 10, 20 and 100; ports as below, a VLAN interface and a member of an aggregation. */
export const VLANS = [1, 10, 20, 100];
export const PORTS = [
  { name: 'Gi1/0/1', ifIndex: 10101, bridgePort: 1, alias: 'uplink', pvid: 1, untagged: [1], tagged: [10, 20, 100] },
  { name: 'Gi1/0/2', ifIndex: 10102, bridgePort: 2, alias: 'compute', pvid: 10, untagged: [10], tagged: [20] },
  { name: 'Gi1/0/3', ifIndex: 10103, bridgePort: 3, alias: 'compute', pvid: 10, untagged: [10], tagged: [20] },
  { name: '12', ifIndex: 10112, bridgePort: 12, alias: 'rack 7', pvid: 100, untagged: [100], tagged: [] },
];
export const INTERFACES = [
  { name: 'Vlan12', ifIndex: 12 },
  { name: 'Gi1/0/4', ifIndex: 10104 },
];
export const COMMUNITY = 'private-community';
export const MOVER = {
  username: 'mover',
  auth: { protocol: 'sha', password: 'mover-auth-password' },
  priv: { protocol: 'aes', password: 'mover-priv-password' },
} as const;

/** All protocols that the configuration knows, each pair with a user: `mover-sha512-aes256b`. */
export const MOVERS = (['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const).flatMap((auth) =>
  (['aes', 'aes256b', 'aes256r'] as const).map((priv) => ({
    username: `mover-${auth}-${priv}`,
    auth: { protocol: auth, password: MOVER.auth.password },
    priv: { protocol: priv, password: MOVER.priv.password },
  })),
);

/** One real or simulated switch. */
export interface Stage {
  readonly host: string;
  readonly port: number;
  /** As somebody else sees it. */
  vlansOf(port: string): Promise<PortVlans>;
  /** As somebody else changes it. */
  setPort(port: string, vlans: PortVlans): Promise<void>;
  /** Every bitmap, PVID by PVID: what must be the same again after a change and its way back. */
  everything(): Promise<string>;
  /** How many values were written since it started. */
  writes(): Promise<number>;
  close(): Promise<void>;
}

export const V2C: SnmpSettings['access'] = { version: '2c', community: new Secret(COMMUNITY) };
export const V3: SnmpSettings['access'] = {
  version: '3',
  username: MOVER.username,
  auth: { protocol: MOVER.auth.protocol, password: new Secret(MOVER.auth.password) },
  priv: { protocol: MOVER.priv.protocol, password: new Secret(MOVER.priv.password) },
};

const ADMIN: PortVlans = { pvid: 100, untagged: [100], tagged: [] };
const BEFORE: PortVlans = { pvid: 10, untagged: [10], tagged: [20] };

export function driverFor(stage: Pick<Stage, 'host' | 'port'>, access = V2C, timeoutMs = 2000): SnmpSwitch {
  const settings = { driver: 'snmp', name: 'rack-7', address: stage.host, port: stage.port, access } as const;
  return new SnmpSwitch(settings, { timeoutMs, retries: 0, settleMs: 500 });
}

/** The error of a call that must fail, which holds no secret. */
export async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error(`no ApiError, but ${String(error)}`);
  const everything = [error.message, error.stack, JSON.stringify(error.details), String(error.cause)].join(' ');
  for (const secret of [COMMUNITY, MOVER.auth.password, MOVER.priv.password, 'wrong-']) {
    expect(everything).not.toContain(secret);
  }
  return error;
}

/** The same on a simulated switch and on a real agent. */
export function switchCases(title: string, start: () => Promise<Stage>): void {
  describe(title, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await start();
    }, 30_000);
    afterAll(() => stage?.close());
    beforeEach(async () => {
      for (const { name, pvid, untagged, tagged } of PORTS) await stage.setPort(name, { pvid, untagged, tagged });
    });

    for (const [version, access] of Object.entries({ v2c: V2C, 'v3 authPriv': V3 })) {
      describe(`SNMP ${version}`, () => {
        it('tells what a port does with VLANs, by name, description, alias and ifIndex', async () => {
          const driver = driverFor(stage, access);
          expect(await driver.portVlans('Gi1/0/2')).toEqual(BEFORE);
          expect(await driver.portVlans('10102')).toEqual(BEFORE);
          expect(await driver.portVlans('uplink')).toEqual({ pvid: 1, untagged: [1], tagged: [10, 20, 100] });
        });

        it('moves a port to another VLAN and back, exactly as it was', async () => {
          const driver = driverFor(stage, access);
          const was = await stage.everything();
          await driver.setPortVlans('Gi1/0/2', ADMIN);
          expect(await stage.vlansOf('Gi1/0/2')).toEqual(ADMIN);
          expect(await stage.vlansOf('Gi1/0/3')).toEqual(BEFORE);
          expect(await stage.vlansOf('12')).toEqual({ pvid: 100, untagged: [100], tagged: [] });
          await driver.setPortVlans('Gi1/0/2', BEFORE);
          expect(await stage.everything()).toBe(was);
        });
      });
    }

    it('adds tagged VLANs, and makes tagged what was untagged', async () => {
      const driver = driverFor(stage);
      const trunk = { pvid: 100, untagged: [100], tagged: [10, 20] };
      await driver.setPortVlans('10103', trunk);
      expect(await stage.vlansOf('Gi1/0/3')).toEqual(trunk);
    });

    it('writes nothing where the port is as wanted', async () => {
      const driver = driverFor(stage);
      await driver.setPortVlans('Gi1/0/2', ADMIN);
      const writes = await stage.writes();
      await driver.setPortVlans('Gi1/0/2', { pvid: 100, untagged: [100, 100], tagged: [] });
      expect(await stage.writes()).toBe(writes);
    });

    it('moves several ports at once without one undoing the other', async () => {
      await Promise.all(['Gi1/0/2', 'Gi1/0/3'].map((port) => driverFor(stage).setPortVlans(port, ADMIN)));
      expect(await stage.vlansOf('Gi1/0/2')).toEqual(ADMIN);
      expect(await stage.vlansOf('Gi1/0/3')).toEqual(ADMIN);
    });

    it('takes the port of the bridge where the interface of a VLAN has its name as ifIndex', async () => {
      expect(await driverFor(stage).portVlans('12')).toEqual({ pvid: 100, untagged: [100], tagged: [] });
    });

    it('names the nearest ports where there is none of that name', async () => {
      const error = await failure(driverFor(stage).portVlans('gi1/0/9'));
      expect(error.kind).toBe('not-found');
      expect(error.message).toMatch(/no port has the name or ifIndex "gi1\/0\/9"; nearest: "Gi1\/0\/1", "Gi1\/0\/2"/);
    });

    it('asks which port is meant where two have the same alias', async () => {
      const error = await failure(driverFor(stage).portVlans('compute'));
      expect(error.kind).toBe('configuration');
      expect(error.message).toContain('ifIndex 10102 (Gi1/0/2, compute) and ifIndex 10103 (Gi1/0/3, compute)');
    });

    it('refuses a port that belongs to a link aggregation', async () => {
      const error = await failure(driverFor(stage).setPortVlans('Gi1/0/4', ADMIN));
      expect(error.kind).toBe('configuration');
      expect(error.message).toContain('no port of the bridge');
    });

    it('names the VLANs to create, and has written nothing then', async () => {
      const writes = await stage.writes();
      const wanted = { pvid: 100, untagged: [100], tagged: [30, 40] };
      const error = await failure(driverFor(stage).setPortVlans('Gi1/0/2', wanted));
      expect(error.kind).toBe('not-found');
      expect(error.message).toContain('the switch has no VLANs 30, 40: create them there');
      expect(await stage.writes()).toBe(writes);
    });

    it('refuses what no port can be', async () => {
      const odd = { pvid: 1, untagged: [10], tagged: [10] };
      expect((await failure(driverFor(stage).setPortVlans('Gi1/0/2', odd))).kind).toBe('invalid');
      const high = { pvid: 4095, untagged: [], tagged: [] };
      expect((await failure(driverFor(stage).setPortVlans('Gi1/0/2', high))).message).toContain('4095 is no VLAN');
    });

    it('says that a wrong community looks like a switch that is not there', async () => {
      const wrong = { version: '2c', community: new Secret('wrong-community') } as const;
      const error = await failure(driverFor(stage, wrong, 300).portVlans('Gi1/0/2'));
      expect([error.kind, error.retry.when]).toEqual(['timeout', 'back-off']);
      expect(error.message).toMatch(
        /^rack-7: snmp: GET dot1dBasePortIfIndex: no answer from .* a wrong community looks/,
      );
    });

    it('speaks version 3 with every pair of protocols', async () => {
      for (const { username, auth, priv } of MOVERS) {
        const access = {
          ...({ version: '3', username } as const),
          auth: { protocol: auth.protocol, password: new Secret(auth.password) },
          priv: { protocol: priv.protocol, password: new Secret(priv.password) },
        };
        expect([username, await driverFor(stage, access).portVlans('10102')]).toEqual([username, BEFORE]);
      }
    });

    it('tells a wrong user, a wrong password and a wrong protocol of version 3 apart', async () => {
      const { auth, priv } = V3.version === '3' ? V3 : {};
      const by = async (access: Partial<typeof V3>, timeoutMs = 2000): Promise<string> =>
        (await failure(driverFor(stage, { ...V3, ...access } as typeof V3, timeoutMs).portVlans('10102'))).message;
      expect(await by({ username: 'nobody' })).toContain('usmStatsUnknownUserNames');
      const wrong = new Secret('wrong-password');
      expect(await by({ auth: { protocol: 'sha', password: wrong } })).toContain('usmStatsWrongDigests');
      expect(await by({ auth: { ...auth!, protocol: 'sha256' } })).toContain('usmStatsWrongDigests');
      const mute = await by({ priv: { ...priv!, password: wrong } }, 300);
      expect(mute).toMatch(/no answer|usmStatsDecryptionErrors/);
      expect(mute).toContain('priv');
    });
  });
}
