import { createHmac, timingSafeEqual } from 'node:crypto';

/** Algorithm numbers of IPMI v2.0 tables 13-17 (authentication), 13-18 (integrity) and 13-19 (confidentiality). */
export interface CipherSuite {
  readonly id: number;
  readonly authentication: number;
  readonly integrity: number;
  readonly confidentiality: number;
  readonly hash: 'sha1' | 'sha256';
  /** Of a digest, and of what is left of it behind a packet. */
  readonly digestBytes: number;
  readonly checkBytes: number;
}

/** Of table 22-20 those with a digest behind every packet and AES. Suite 0, which lets anybody in, is refused. */
const SUITES: readonly CipherSuite[] = [
  { id: 3, authentication: 1, integrity: 1, confidentiality: 1, hash: 'sha1', digestBytes: 20, checkBytes: 12 },
  { id: 17, authentication: 3, integrity: 4, confidentiality: 1, hash: 'sha256', digestBytes: 32, checkBytes: 16 },
];
export type SuiteId = 3 | 17;

export function cipherSuites(enabled: readonly SuiteId[]): readonly CipherSuite[] {
  return SUITES.filter(({ id }) => enabled.some((other) => other === id));
}

export function digest(hash: CipherSuite['hash'], key: Buffer, ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac(hash, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

const STANDARD_SUITE = 0xc0;
const INTEGRITY = 0x40;
const CONFIDENTIALITY = 0x80;

/** Cipher suite records, section 22.15.1: `C0h`, the suite, then its algorithms each with a tag in its two high bits. */
export function suiteRecords(suites: readonly CipherSuite[]): Buffer {
  return Buffer.from(
    suites.flatMap(({ id, authentication, integrity, confidentiality }) => [
      STANDARD_SUITE,
      id,
      authentication,
      INTEGRITY | integrity,
      CONFIDENTIALITY | confidentiality,
    ]),
  );
}

/** The same without suites: each algorithm once. */
export function algorithmRecords(suites: readonly CipherSuite[]): Buffer {
  const all = suites.flatMap((suite) => [
    suite.authentication,
    INTEGRITY | suite.integrity,
    CONFIDENTIALITY | suite.confidentiality,
  ]);
  return Buffer.from([...new Set(all)].sort((a, b) => a - b));
}
