import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret } from '../../../config/index.ts';
import { openPower } from '../../../services/power/index.ts';
import { program, scratchFolder } from '../../workers/fake-programs.ts';
import { overIpmi, PASSWORD } from './machine-room.ts';
import { powerCases } from './power-cases.ts';

/** Answers as ipmitool 1.8.19 with -v does; what it was asked stands in `argv`, what it says instead in `fails`. */
const fakeIpmitool = (state: string): string => `cd '${state}'
echo "$*" >>argv
no_session() { echo 'Error: Unable to establish IPMI v2 / RMCP+ session' >&2; exit 1; }
echo 'Loading IANA PEN Registry...' >&2
case "$*" in *'-p 1 '*) echo 'Get Auth Capabilities error' >&2; no_session ;; esac
[ "$IPMI_PASSWORD" = '${PASSWORD}' ] || { echo '> RAKP 2 HMAC is invalid' >&2; no_session; }
echo 'Running Get VSO Capabilities my_addr 0x20, transit 0, target 0x20' >&2
echo 'Invalid completion code received: Invalid command' >&2
[ -f fails ] && { cat fails >&2; exit 1; }
case "$*" in
  *' chassis power status') echo "Chassis Power is $(cat power)" ;;
  *' chassis power on') echo on >power ;;
  *' chassis power off' | *' chassis power soft') echo off >power ;;
  *' chassis bootparam get 5') echo 'Boot parameter version: 1'; echo "Boot parameter data: $(cat boot)" ;;
  *' raw 0x00 0x08 0x03 0x08')
    echo 'Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x8 rsp=0x80): Unknown (0x80)' >&2; exit 1 ;;
  *' chassis bootdev '*)
    first=128
    case "$*" in *persistent*) first=$((first + 64)) ;; esac
    case "$*" in *efiboot*) first=$((first + 32)) ;; esac
    case "$*" in *'bootdev pxe'*) second=04 ;; *'bootdev disk'*) second=08 ;; *) second=00 ;; esac
    printf '%02x%s000000\\n' "$first" "$second" >boot ;;
esac`;

const PATH = process.env.PATH ?? '';
let state: string;
beforeEach(async () => {
  state = await scratchFolder();
  writeFileSync(join(state, 'boot'), '0000000000\n');
  writeFileSync(join(state, 'power'), 'on\n');
  await program(join(state, 'bin'), 'ipmitool', fakeIpmitool(state));
  process.env.PATH = [join(state, 'bin'), PATH].join(delimiter);
  process.env.IPMITOOL_PASSWORD = 'of-somebody-else';
});
afterEach(() => {
  process.env.PATH = PATH;
  delete process.env.IPMITOOL_PASSWORD;
  rmSync(state, { recursive: true });
});

const host = (changes: Parameters<typeof overIpmi>[1] = {}) =>
  overIpmi({ host: '10.30.0.7', port: 623 }, { driver: 'ipmitool', ...changes });

describe('by ipmitool', () => {
  powerCases(
    async (power) => {
      writeFileSync(join(state, 'power'), `${power}\n`);
      return {
        host: host(),
        withPassword: (password) => host({ password: new Secret(password) }),
        password: PASSWORD,
        unreachable: host({ port: 1 }),
        obeysSoft: true,
        close: async () => undefined,
      };
    },
    { timeLimitMs: 5_000, unreachableMs: 5_000, pollMs: 50 },
  );

  test('the password is in no argument, and the settings are', async () => {
    await openPower(host({ cipherSuite: 3, privilege: 'operator' })).powerState();
    const argv = readFileSync(join(state, 'argv'), 'utf8').trim();
    expect(argv).toBe('-v -I lanplus -H 10.30.0.7 -p 623 -U admin -E -L OPERATOR -C 3 chassis power status');
  });

  test.each([
    ['Set Chassis Power Control to Down/Off failed: Insufficient privilege level', 'forbidden', 'never'],
    ['RAKP 2 message indicates an error : unauthorized name', 'authentication', 'never'],
    ['lanplus: password is longer than 20 bytes.', 'configuration', 'never'],
    ['Error in open session response message : invalid authentication algorithm', 'configuration', 'never'],
    ['Error in open session response message : insufficient resources for session', 'busy', 'back-off'],
    ['Address lookup for bmc-7 failed', 'network', 'back-off'],
    ['Set Chassis Power Control to Up/On failed: Node busy', 'busy', 'back-off'],
    ['Set Chassis Power Control to Soft failed: Invalid data field in request', 'invalid', 'never'],
    ['Error: Unable to establish IPMI v2 / RMCP+ session', 'timeout', 'back-off'],
    ['Set Chassis Power Control to Up/On failed: Unspecified error', 'unavailable', 'back-off'],
  ])('"%s" is %s', async (said, kind, when) => {
    writeFileSync(join(state, 'fails'), `${said}\n`);
    const failure = openPower(host()).powerState();
    await expect(failure).rejects.toMatchObject({ kind, retry: { when } });
    await expect(failure).rejects.toThrow(`chassis power status: ${said}`);
  });

  test('where it is not installed one error says so, and what to do', async () => {
    process.env.PATH = join(state, 'empty');
    const failure = openPower(host()).powerState();
    await expect(failure).rejects.toMatchObject({ kind: 'configuration', retry: { when: 'never' } });
    await expect(failure).rejects.toThrow(
      'ipmitool is not installed here; install it where the workers run, or use driver: ipmi',
    );
  });
});
