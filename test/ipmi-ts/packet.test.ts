import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CIPHER_SUITES } from '../../ipmi-ts/src/cipher-suites.ts';
import { decodeResponse, encodeRequest } from '../../ipmi-ts/src/message.ts';
import { decodePacket, decodeSessionless, encodePacket, encodeSessionless } from '../../ipmi-ts/src/packet.ts';

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex');

describe('messages', () => {
  const command = { name: 'Chassis Control', netFn: 0x00, cmd: 0x02, data: Uint8Array.of(0x01) };

  it('carry two checksums', () => {
    // 20h + 00h + E0h and 81h + 14h + 02h + 01h + 68h are zero in eight bits.
    expect(encodeRequest(command, 5)).toEqual(hex('20 00 e0 81 14 02 01 68'));
  });

  it('are read', () => {
    expect(decodeResponse(hex('81 04 7b 20 14 02 d5 f5'))).toMatchObject({
      ...{ netFn: 0, cmd: 2, sequence: 5, completionCode: 0xd5, data: Buffer.alloc(0) },
    });
  });

  it('are not read with a wrong checksum, or when they are our own coming back', () => {
    expect(() => decodeResponse(hex('81 04 7b 20 14 02 00 f5'))).toThrow('checksum');
    expect(() => decodeResponse(hex('20 00 e0 81 14 02 01 68'))).toThrow('a request');
  });

  it('go out in the format of IPMI v1.5 before there is a session', () => {
    const packet = encodeSessionless(hex('20 18 c8 81 00 38 8e 04 b5'));
    expect(packet).toEqual(hex('06 00 ff 07 00 00000000 00000000 09 20 18 c8 81 00 38 8e 04 b5'));
    expect(decodeSessionless(packet)).toEqual(hex('20 18 c8 81 00 38 8e 04 b5'));
  });
});

describe.each([
  { id: 3, hash: 'sha1', checkBytes: 12 },
  { id: 17, hash: 'sha256', checkBytes: 16 },
] as const)('packets of cipher suite $id', ({ id, hash, checkBytes }) => {
  const integrity = Buffer.alloc(20, 0x11);
  const confidentiality = Buffer.alloc(16, 0x22);
  const keys = { suite: CIPHER_SUITES[id], integrity, confidentiality };
  const payload = hex('20 00 e0 81 14 02 01 68');
  const codeOf = (covered: Buffer) => createHmac(hash, integrity).update(covered).digest().subarray(0, checkBytes);

  /** IPMI v2.0 table 13-8 and section 13.29, by hand. */
  const byHand = (type = 0xc0) => {
    const vector = Buffer.alloc(16, 0x33);
    const cipher = createCipheriv('aes-128-cbc', confidentiality, vector).setAutoPadding(false);
    const body = Buffer.concat([vector, cipher.update(Buffer.concat([payload, hex('01 02 03 04 05 06 07 07')]))]);
    const header = Buffer.concat([Uint8Array.of(0x06, type), hex('0d0c0b0a 2a000000 2000')]);
    // 12 + 32 + 2 bytes and two of padding are a multiple of four.
    const covered = Buffer.concat([header, body, hex('ff ff 02 07')]);
    return Buffer.concat([hex('06 00 ff 07'), covered, codeOf(covered)]);
  };

  it('are read, checked and decrypted', () => {
    expect(decodePacket(byHand(), keys)).toEqual({ payloadType: 0, sessionId: 0x0a0b0c0d, sequence: 42, payload });
  });

  it('are written encrypted, padded and with a code', () => {
    const packet = encodePacket({ payloadType: 0, sessionId: 0x0a0b0c0d, sequence: 42, payload }, keys);
    expect(packet.subarray(0, 16)).toEqual(hex('06 00 ff 07 06 c0 0d0c0b0a 2a000000 2000'));
    const covered = packet.subarray(4, -checkBytes);
    expect(covered.length % 4).toBe(0);
    expect(covered.subarray(-4)).toEqual(hex('ff ff 02 07'));
    expect(packet.subarray(-checkBytes)).toEqual(codeOf(covered));
    const decipher = createDecipheriv('aes-128-cbc', confidentiality, packet.subarray(16, 32)).setAutoPadding(false);
    expect(decipher.update(packet.subarray(32, 48))).toEqual(Buffer.concat([payload, hex('01 02 03 04 05 06 07 07')]));
  });

  it('have another vector each time', () => {
    const packet = { payloadType: 0, sessionId: 1, sequence: 1, payload };
    expect(encodePacket(packet, keys)).not.toEqual(encodePacket(packet, keys));
  });

  it.each([4, 5, 6, 10, 20, 40, -1])('are not read when byte %i was changed', (at) => {
    const packet = byHand();
    const index = at < 0 ? packet.length + at : at;
    packet.writeUInt8(packet.readUInt8(index) ^ 0x01, index);
    expect(() => decodePacket(packet, keys)).toThrow();
  });

  it('are not read when they say that they are neither checked nor encrypted', () => {
    expect(() => decodePacket(byHand(0x40), keys)).toThrow('not encrypted');
    expect(() => decodePacket(byHand(0x80), keys)).toThrow('no code');
  });
});
