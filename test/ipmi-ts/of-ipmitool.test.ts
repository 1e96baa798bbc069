import { describe, expect, it } from '@jest/globals';
import { CIPHER_SUITES } from '../../ipmi-ts/src/cipher-suites.ts';
import { openSessionRequest, Rakp } from '../../ipmi-ts/src/handshake.ts';
import { decodePacket } from '../../ipmi-ts/src/packet.ts';

/**
 * Sessions of ipmitool 1.8.19 (`-I lanplus -C 3` and `-C 17`, user admin, chassis bootdev pxe options=efiboot), as they went over the wire.
 * What ipmitool sent was made by a program that knows nothing of ours; what the BMC answered it has checked.
 */
const SESSIONS = [
  {
    suite: CIPHER_SUITES[3],
    openSession: '0600ff0706100000000000000000200000000000a4a3a2a0000000080100000001000008010000000200000801000000',
    rakp1: '0600ff070612000000000000000021000000000025f9e180eddd8ffc1173944c5bb8aef39ca7895c1400000561646d696e',
    rakp2:
      '0600ff07061300000000000000003c0000000000a4a3a2a0935af94fa2a2ab0a342cc374706dd1196e99d1912563f14121e4e99a14ea65fb' +
      '55969cb3385a9cf3a1f6e4dc68d31c6185b9721c',
    rakp3: '0600ff07061400000000000000001c000000000025f9e180544d63064fedb6c51ef2f037b5dbfe8af35cb524',
    rakp4: '0600ff0706150000000000000000140000000000a4a3a2a094e4ae7f367bbd16fc037cbd',
    setPrivilege:
      '0600ff0706c025f9e180030000002000ddaa5148aa979d89a2854b1e3ee68af7a76b5efcaaa5f126bfcd66d1647b3209ffff0207' +
      '7fa729243517fe55a03211ac',
  },
  {
    suite: CIPHER_SUITES[17],
    openSession: '0600ff0706100000000000000000200000000000a4a3a2a0000000080300000001000008040000000200000801000000',
    rakp1: '0600ff07061200000000000000002100000000007918a453f30e344603c1ae8750149717625a1b7c1400000561646d696e',
    rakp2:
      '0600ff0706130000000000000000480000000000a4a3a2a044f09f3da957bbab4f7ee68b103e706d6e99d1912563f14121e4e99a14ea65fb' +
      'fdf2e35c28d134792fd929c137f59fb996e15564b6c46c1123bdcc6890abdcac',
    rakp3:
      '0600ff07061400000000000000002800000000007918a453a519a44614a070cc548888db3034fed61522e7e9bd200fc6e965e2a183a96193',
    rakp4: '0600ff0706150000000000000000180000000000a4a3a2a083f43e799ee8e9a6026767cfb64300d1',
    setPrivilege:
      '0600ff0706c07918a453030000002000da0a1f9249cd4bf1d8f512a41cc1de63495c23e7cf7257a43209ed1a6ab370daffff0207' +
      '3177d78b74b17ba330a197b3726f75ad',
  },
] as const;

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const payload = (packet: string) => decodePacket(bytes(packet)).payload;

describe.each(SESSIONS)('a session that ipmitool has opened with cipher suite $suite.id', (session) => {
  const { suite, openSession, rakp1, rakp2, rakp3, rakp4, setPrivilege } = session;
  const login = { user: 'admin', password: Buffer.from('of-the-bmc'), privilege: 'administrator', suite } as const;
  const consoleRandom = payload(rakp1).subarray(8, 24);
  const ids = { consoleId: payload(openSession).readUInt32LE(4), bmcId: payload(rakp1).readUInt32LE(4) };
  const rakp = new Rakp(login, ids, 'bmc', consoleRandom);

  it('is asked for in the same words, but for the level, which ipmitool leaves to the BMC', () => {
    const asked = openSessionRequest(0, ids.consoleId, login);
    asked.writeUInt8(0, 1);
    expect(asked).toEqual(payload(openSession));
    expect(rakp.message1(0)).toEqual(payload(rakp1));
  });

  it('is proven with the same code', () => {
    expect(rakp.message3(0, rakp.readMessage2(payload(rakp2)))).toEqual(payload(rakp3));
  });

  it('has the same keys: what ipmitool has encrypted and signed is read', () => {
    const keys = rakp.readMessage4(payload(rakp4), rakp.readMessage2(payload(rakp2)));
    const read = decodePacket(bytes(setPrivilege), keys);
    expect(read).toMatchObject({ payloadType: 0, sessionId: ids.bmcId, sequence: 3 });
    // Set Session Privilege Level, administrator.
    expect(read.payload.subarray(5, 7)).toEqual(bytes('3b04'));
  });
});
