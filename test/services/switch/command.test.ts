import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandSwitch } from '../../../services/switch/command.ts';
import { openSwitch } from '../../../services/switch/index.ts';
import { failure } from './switch-cases.ts';

const BEFORE = { pvid: 10, untagged: [10], tagged: [20] };
const ADMIN = { pvid: 100, untagged: [100], tagged: [] };

/** Keeps what it is told in a file; ports of other names do as these say. */
const PROGRAM = `#!/bin/sh
dir=$1 verb=$2 port=$3
echo "$verb $PUMPHOUSE_SWITCH" >>"$dir/calls"
case "$port" in
  slow) sleep 30 ;;
  unknown) echo "no such port" >&2; exit 2 ;;
  away) echo "cannot log in" >&2; exit 1 ;;
  odd) echo "VLAN 10" ; exit 0 ;;
esac
if [ "$verb" = get ]; then cat "$dir/$port"
elif [ "$port" = deaf ]; then :
else printf '%s' "$4" >"$dir/$port"
fi
`;

describe('a program of the operator', () => {
  let directory: string;
  const driver = (timeLimitMs?: number) =>
    new CommandSwitch(
      { driver: 'command', name: 'rack-7', command: [join(directory, 'program'), directory] },
      timeLimitMs,
    );
  const calls = async () => (await readFile(join(directory, 'calls'), 'utf8')).trim().split('\n');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pumphouse-command-'));
    await writeFile(join(directory, 'program'), PROGRAM);
    await chmod(join(directory, 'program'), 0o755);
    for (const port of ['eth 7; true', 'deaf']) await writeFile(join(directory, port), JSON.stringify(BEFORE));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is asked, told and asked again, without a shell', async () => {
    const port = 'eth 7; true';
    expect(await driver().portVlans(port)).toEqual(BEFORE);
    await driver().setPortVlans(port, ADMIN);
    expect(await driver().portVlans(port)).toEqual(ADMIN);
    expect(await calls()).toContain('set rack-7');
  });

  it('is not told what is so already', async () => {
    const sets = async () => (await calls()).filter((call) => call.startsWith('set')).length;
    const before = await sets();
    await driver().setPortVlans('deaf', BEFORE);
    expect(await sets()).toBe(before);
  });

  it('is found out when it does not do what it was told', async () => {
    const error = await failure(driver().setPortVlans('deaf', ADMIN));
    expect(error.kind).toBe('protocol');
    expect(error.message).toContain(
      'has PVID 10, untagged 10, tagged 20 instead of PVID 100, untagged 100, tagged none',
    );
  });

  it.each([
    ['unknown', 'invalid', 'never', 'exit code 2: no such port'],
    ['away', 'unavailable', 'back-off', 'exit code 1: cannot log in'],
    ['odd', 'protocol', 'never', 'cannot use the answer "VLAN 10"'],
  ])('fails at port %s: %s, tried again: %s', async (port, kind, retry, words) => {
    const error = await failure(driver().portVlans(port));
    expect([error.kind, error.retry.when]).toEqual([kind, retry]);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain(`${directory} get`);
  });

  it('is ended when its time is over', async () => {
    expect((await failure(driver(200).portVlans('slow'))).kind).toBe('timeout');
  });
});

describe('a manual switch', () => {
  it('has no driver: a person is asked', () => {
    expect(openSwitch({ driver: 'manual', name: 'rack-8' })).toBeUndefined();
  });
});
