import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CIPHER_SUITES } from '../../ipmi-ts/src/cipher-suites.ts';
import { openSessionRequest, Rakp, readOpenSessionResponse } from '../../ipmi-ts/src/handshake.ts';

/** IPMI v2.0 tables 13-9 to 13-14, by hand: all numbers with the least significant byte first. */
const CONSOLE_ID = 'a4a3a2a1';
const BMC_ID = '0d0c0b0a';
const BMC_RANDOM = '101112131415161718191a1b1c1d1e1f';
const GUID = '00112233445566778899aabbccddeeff';
/** Role: administrator (4), looked up by name alone (10h); length of the name; "admin". */
const ROLE_AND_NAME = '14' + '05' + '61646d696e';
/** "secret", filled up to 20 bytes. */
const USER_KEY = '736563726574'.padEnd(40, '0');
const ids = { consoleId: 0xa1a2a3a4, bmcId: 0x0a0b0c0d };

const bytes = (...hex: readonly string[]) => Buffer.from(hex.join(''), 'hex');

describe.each([
  { id: 3, hash: 'sha1', checkBytes: 12, algorithms: ['01', '01', '01'] },
  { id: 17, hash: 'sha256', checkBytes: 16, algorithms: ['03', '04', '01'] },
] as const)('with cipher suite $id', ({ id, hash, checkBytes, algorithms }) => {
  const suite = CIPHER_SUITES[id];
  const login = { user: 'admin', password: Buffer.from('secret'), privilege: 'administrator', suite } as const;
  const code = (key: Buffer, ...hex: readonly string[]) =>
    createHmac(hash, key)
      .update(bytes(...hex))
      .digest();
  const chosen = algorithms.map((algorithm, type) => `0${type}000008${algorithm}000000`);

  /** The exchange as a BMC with `userKey` and `bmcKey` has it. */
  const exchange = (userKey = USER_KEY, bmcKey = userKey, given = login) => {
    const rakp = new Rakp(given, ids, 'bmc');
    const consoleRandom = rakp.message1(7).subarray(8, 24).toString('hex');
    const code2 = code(bytes(userKey), CONSOLE_ID, BMC_ID, consoleRandom, BMC_RANDOM, GUID, ROLE_AND_NAME);
    const message2 = Buffer.concat([bytes('07000000', CONSOLE_ID, BMC_RANDOM, GUID), code2]);
    const sessionKey = code(bytes(bmcKey), consoleRandom, BMC_RANDOM, ROLE_AND_NAME);
    const check = code(sessionKey, consoleRandom, BMC_ID, GUID).subarray(0, checkBytes);
    const message4 = Buffer.concat([bytes('08000000', CONSOLE_ID), check]);
    return { rakp, consoleRandom, message2, message4, sessionKey };
  };

  it('asks for a session', () => {
    expect(openSessionRequest(7, ids.consoleId, login)).toEqual(bytes('07040000', CONSOLE_ID, ...chosen));
  });

  it('takes the session that it is given', () => {
    const answer = bytes('07000400', CONSOLE_ID, BMC_ID, ...chosen);
    expect(readOpenSessionResponse(answer, ids.consoleId, login, 'bmc')).toBe(ids.bmcId);
  });

  it('refuses a BMC that would rather not authenticate, check and encrypt', () => {
    const none = ['0000000800000000', '0100000800000000', '0200000800000000'];
    expect(() =>
      readOpenSessionResponse(bytes('07000400', CONSOLE_ID, BMC_ID, ...none), ids.consoleId, login, 'bmc'),
    ).toThrow('no cipher suite match');
  });

  it('says who it is in RAKP 1, with another random number each time', () => {
    const { rakp, consoleRandom } = exchange();
    expect(rakp.message1(9)).toEqual(bytes('09000000', BMC_ID, consoleRandom, '14', '0000', '05', '61646d696e'));
    expect(exchange().consoleRandom).not.toBe(consoleRandom);
  });

  it('proves in RAKP 3 that it knows the password', () => {
    const { rakp, message2 } = exchange();
    const proof = code(bytes(USER_KEY), BMC_RANDOM, CONSOLE_ID, ROLE_AND_NAME);
    const message3 = rakp.message3(8, rakp.readMessage2(message2));
    expect(message3).toEqual(Buffer.concat([bytes('08000000', BMC_ID), proof]));
  });

  it('makes the keys that the BMC makes', () => {
    const { rakp, message2, message4, sessionKey } = exchange();
    const keys = rakp.readMessage4(message4, rakp.readMessage2(message2));
    expect(keys.integrity).toEqual(code(sessionKey, '01'.repeat(20)));
    expect(keys.confidentiality).toEqual(code(sessionKey, '02'.repeat(20)).subarray(0, 16));
  });

  it('makes them with the BMC key where one is given', () => {
    const bmcKey = Buffer.from('of the house');
    const { rakp, message2, message4, sessionKey } = exchange(USER_KEY, bmcKey.toString('hex').padEnd(40, '0'), {
      ...login,
      ...{ bmcKey },
    });
    const keys = rakp.readMessage4(message4, rakp.readMessage2(message2));
    expect(keys.integrity).toEqual(code(sessionKey, '01'.repeat(20)));
  });

  it('tells another password from another BMC key', () => {
    const other = exchange('ff'.repeat(20));
    expect(() => other.rakp.readMessage2(other.message2)).toThrow('has another password for user admin');
    const keyed = exchange(USER_KEY, 'ff'.repeat(20));
    const numbers = keyed.rakp.readMessage2(keyed.message2);
    expect(() => keyed.rakp.readMessage4(keyed.message4, numbers)).toThrow('has a BMC key (KG) set, and none is given');
  });

  it.each([
    ['0d', 'knows no user admin'],
    ['0a', 'refuses user admin the privilege level administrator'],
    ['01', 'insufficient resources to create a session'],
    ['c0', 'status 192'],
  ])('says what status %s of RAKP 2 means', (status, words) => {
    expect(() => exchange().rakp.readMessage2(bytes('07', status, '0000', CONSOLE_ID))).toThrow(words);
  });
});
