import { randomBytes } from 'node:crypto';
import { type CipherSuite, cipherSuites, digest, isEqual } from './cipher-suites.ts';
import type { SessionTable } from './session-table.ts';
import { type BmcSettings, type BmcUser, findUser, HIGHEST_LEVEL, keyOf, LEVELS } from './users.ts';

/** RMCP+ and RAKP status codes, table 13-15. */
const STATUS = {
  ok: 0x00,
  noResources: 0x01,
  invalidSession: 0x02,
  invalidAuthentication: 0x04,
  invalidIntegrity: 0x05,
  invalidRole: 0x09,
  unauthorizedRole: 0x0a,
  invalidNameLength: 0x0c,
  unauthorizedName: 0x0d,
  invalidCheck: 0x0f,
  invalidConfidentiality: 0x10,
  noSuiteMatch: 0x11,
  illegalParameter: 0x12,
} as const;
type Status = (typeof STATUS)[keyof typeof STATUS];

/** What the specification has numbers for; which of them make a suite here is another question. */
const KNOWN_ALGORITHMS = { authentication: 3, integrity: 4, confidentiality: 3 } as const;
const ALGORITHMS_AT = 8;
const ALGORITHM_BYTES = 8;
const LONGEST_NAME = 16;
const NAME_ONLY = 0x10;

interface Candidate {
  readonly consoleId: number;
  readonly suite: CipherSuite;
  readonly maxLevel: number;
  claim?: Claim;
}

/** Who the console says that it is, in RAKP 1. */
interface Claim {
  readonly user: BmcUser;
  readonly level: number;
  readonly consoleRandom: Buffer;
  readonly bmcRandom: Buffer;
  /** Role, length of the name and name, as they came: they are in every digest. */
  readonly identity: Buffer;
}

/** Open Session and RAKP 1 to 4, sections 13.17 to 13.23. Each method takes a payload and gives the answer's. */
export class SessionSetup {
  /** By the session ID that the BMC has given, oldest first. */
  readonly #candidates = new Map<number, Candidate>();
  readonly #settings: BmcSettings;
  readonly #sessions: SessionTable;
  readonly #guid: Buffer;
  readonly #highestLevel: () => number;

  /** `highestLevel`: that this BMC gives to anybody, whatever their own limit. */
  constructor(settings: BmcSettings, sessions: SessionTable, guid: Buffer, highestLevel: () => number) {
    this.#settings = settings;
    this.#sessions = sessions;
    this.#guid = guid;
    this.#highestLevel = highestLevel;
  }

  openSession(request: Buffer): Buffer | undefined {
    if (request.length < ALGORITHMS_AT) return undefined;
    const [tag, asked, consoleId] = [request.readUInt8(0), request.readUInt8(1) & 0x0f, request.readUInt32LE(4)];
    const maxLevel = asked === 0 ? HIGHEST_LEVEL : asked;
    const chosen = this.#chooseSuite(request.subarray(ALGORITHMS_AT));
    const status = maxLevel > HIGHEST_LEVEL ? STATUS.invalidRole : this.#sessions.isFull ? STATUS.noResources : chosen;
    if (typeof status === 'number') return answer(tag, status, consoleId);
    const id = this.#sessions.newId();
    this.#candidates.set(id, { consoleId, suite: status, maxLevel });
    // A console that never comes back must not keep others out.
    for (const old of this.#candidates.keys())
      if (this.#candidates.size > this.#settings.maxSessions) this.#candidates.delete(old);
    const { authentication, integrity, confidentiality } = status;
    const payloads = [authentication, integrity, confidentiality].map((algorithm, type) =>
      Uint8Array.of(type, 0, 0, ALGORITHM_BYTES, algorithm, 0, 0, 0),
    );
    const yes = answer(tag, STATUS.ok, consoleId, id32(id), ...payloads);
    yes.writeUInt8(maxLevel, 2);
    return yes;
  }

  rakp1(request: Buffer): Buffer | undefined {
    if (request.length < 28) return undefined;
    const tag = request.readUInt8(0);
    const id = request.readUInt32LE(4);
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) return answer(tag, STATUS.invalidSession, 0);
    const claim = this.#claim(request, candidate);
    if (typeof claim === 'number') {
      this.#candidates.delete(id);
      return answer(tag, claim, candidate.consoleId);
    }
    // Asked twice, it has drawn another number for the second time: the answer to the first is good for nothing then.
    candidate.claim = claim;
    const { consoleRandom, bmcRandom, identity, user } = claim;
    const parts = [id32(candidate.consoleId), id32(id), consoleRandom, bmcRandom, this.#guid, identity];
    const code = digest(candidate.suite.hash, keyOf(user.password), ...parts);
    return answer(tag, STATUS.ok, candidate.consoleId, bmcRandom, this.#guid, code);
  }

  /** No answer to a console that says no itself. */
  rakp3(request: Buffer): Buffer | undefined {
    if (request.length < 8) return undefined;
    const [tag, status, id] = [request.readUInt8(0), request.readUInt8(1), request.readUInt32LE(4)];
    const candidate = this.#candidates.get(id);
    const claim = candidate?.claim;
    if (candidate === undefined || claim === undefined) return answer(tag, STATUS.invalidSession, 0);
    // One try: with another answer the console begins anew.
    this.#candidates.delete(id);
    if (status !== STATUS.ok) return undefined;
    const { suite, consoleId } = candidate;
    const { user, bmcRandom, consoleRandom, identity, level } = claim;
    const userKey = keyOf(user.password);
    const expected = digest(suite.hash, userKey, bmcRandom, id32(consoleId), identity);
    if (!isEqual(expected, request.subarray(8))) return answer(tag, STATUS.invalidCheck, consoleId);
    if (this.#sessions.isFull) return answer(tag, STATUS.noResources, consoleId);
    const bmcKey = this.#settings.bmcKey === '' ? userKey : keyOf(this.#settings.bmcKey);
    const sessionKey = digest(suite.hash, bmcKey, consoleRandom, bmcRandom, identity);
    const keys = {
      suite,
      k1: digest(suite.hash, sessionKey, Buffer.alloc(20, 0x01)),
      aesKey: digest(suite.hash, sessionKey, Buffer.alloc(20, 0x02)).subarray(0, 16),
    };
    const limit = Math.min(level, LEVELS[user.privilege], this.#highestLevel());
    this.#sessions.add({ id, consoleId, user, keys, limit });
    const check = digest(suite.hash, sessionKey, consoleRandom, id32(id), this.#guid);
    return answer(tag, STATUS.ok, consoleId, check.subarray(0, suite.checkBytes));
  }

  #chooseSuite(payloads: Buffer): CipherSuite | Status {
    if (payloads.length < 3 * ALGORITHM_BYTES) return STATUS.illegalParameter;
    const asked = [0, 1, 2].map((type) => {
      const at = type * ALGORITHM_BYTES;
      // Length 0: the BMC may choose.
      return payloads[at + 3] === 0 ? undefined : payloads.readUInt8(at + 4) & 0x3f;
    });
    const [authentication, integrity, confidentiality] = asked;
    if ((authentication ?? 0) > KNOWN_ALGORITHMS.authentication) return STATUS.invalidAuthentication;
    if ((integrity ?? 0) > KNOWN_ALGORITHMS.integrity) return STATUS.invalidIntegrity;
    if ((confidentiality ?? 0) > KNOWN_ALGORITHMS.confidentiality) return STATUS.invalidConfidentiality;
    const suites = cipherSuites(this.#settings.cipherSuites).filter(
      (suite) =>
        (authentication ?? suite.authentication) === suite.authentication &&
        (integrity ?? suite.integrity) === suite.integrity &&
        (confidentiality ?? suite.confidentiality) === suite.confidentiality,
    );
    return suites.at(-1) ?? STATUS.noSuiteMatch;
  }

  #claim(request: Buffer, { maxLevel }: Candidate): Claim | Status {
    const role = request.readUInt8(24);
    const level = role & 0x0f;
    const nameBytes = request.readUInt8(27);
    if (level === 0 || level > HIGHEST_LEVEL) return STATUS.invalidRole;
    if (nameBytes > LONGEST_NAME || request.length < 28 + nameBytes) return STATUS.invalidNameLength;
    const name = request.subarray(28, 28 + nameBytes);
    const user = findUser(this.#settings.users, name.toString('utf8'), (role & NAME_ONLY) !== 0, level);
    if (user === undefined) return STATUS.unauthorizedName;
    if (level > Math.min(maxLevel, LEVELS[user.privilege], this.#highestLevel())) return STATUS.unauthorizedRole;
    return {
      user,
      level,
      consoleRandom: Buffer.from(request.subarray(8, 24)),
      bmcRandom: randomBytes(16),
      identity: Buffer.concat([Uint8Array.of(role, nameBytes), name]),
    };
  }
}

function id32(id: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(id);
  return bytes;
}

/** All answers of a set-up begin alike: tag, status, two bytes that are reserved, the console's session ID. */
function answer(tag: number, status: number, consoleId: number, ...rest: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Uint8Array.of(tag, status, 0, 0), id32(consoleId), ...rest]);
}
