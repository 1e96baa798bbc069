import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A cipher suite: which algorithms a session authenticates, checks and encrypts with (IPMI v2.0 table 22-20). Suites 0, 1
 * and 2, of which none encrypts, are not here: power must not be switched by whoever can see or send a packet.
 */
export interface CipherSuite {
  readonly id: CipherSuiteId;
  /** Numbers on the wire: IPMI v2.0 tables 13-17, 13-18 and 13-19. */
  readonly authentication: number;
  readonly integrity: number;
  readonly confidentiality: number;
  readonly hash: 'sha1' | 'sha256';
  /** Bytes of a key exchange authentication code. */
  readonly codeBytes: number;
  /** Bytes of the code behind a packet and of the integrity check value in RAKP 4, which are cut. */
  readonly checkBytes: number;
}

export type CipherSuiteId = 3 | 17;

const AES_CBC_128 = 0x01;

export const CIPHER_SUITES: Readonly<Record<CipherSuiteId, CipherSuite>> = {
  // RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128
  3: {
    ...{ id: 3, authentication: 0x01, integrity: 0x01, confidentiality: AES_CBC_128 },
    ...{ hash: 'sha1', codeBytes: 20, checkBytes: 12 },
  },
  // RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128
  17: {
    ...{ id: 17, authentication: 0x03, integrity: 0x04, confidentiality: AES_CBC_128 },
    ...{ hash: 'sha256', codeBytes: 32, checkBytes: 16 },
  },
};

export function hmac(suite: CipherSuite, key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const code = createHmac(suite.hash, key);
  for (const part of parts) code.update(part);
  return code.digest();
}

/** In a time that tells nothing of where they differ. */
export function isSameCode(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
