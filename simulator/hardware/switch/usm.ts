import { Authentication, AuthProtocols } from 'net-snmp';
import type { SwitchUser } from './options.ts';

/**
 * Reports of the user-based security model (RFC 3414 section 3.2) that net-snmp's agent leaves out: it answers a wrong password with silence, switches
 * do with a report. A wrong privacy password is met with silence by both.
 */
export type UsmReport = 'usmStatsUnsupportedSecLevels' | 'usmStatsWrongDigests';

const REPORT_ARC: Readonly<Record<UsmReport, number>> = { usmStatsUnsupportedSecLevels: 1, usmStatsWrongDigests: 5 };
const USM_STATS = [1, 3, 6, 1, 6, 3, 15, 1, 1];
const [INTEGER, OCTETS, OID, SEQUENCE, COUNTER32, REPORT] = [0x02, 0x04, 0x06, 0x30, 0x41, 0xa8];
const [AUTH_FLAG, PRIV_FLAG] = [1, 2];
const VERSION_3 = 3;
const ENGINE_TIME = 10;

interface Field {
  readonly start: number;
  readonly end: number;
}

/** The answer to a message of version 3 whose user may not send it so; `undefined` for all others. */
export function refuseMessage(message: Buffer, users: readonly SwitchUser[], engineId: Buffer): Buffer | undefined {
  const [version, header, security] = fieldsIn(message, fieldAt(message, 0));
  if (version === undefined || header === undefined || security === undefined) return undefined;
  if (numberOf(message, version) !== VERSION_3) return undefined;
  const [messageId, , flagField] = fieldsIn(message, header);
  const [engine, , , name, digest] = fieldsIn(message, fieldAt(message, security.start));
  if (!messageId || !flagField || !engine || !name || !digest || engine.start === engine.end) return undefined;
  const user = users.find(({ username }) => username === message.toString('utf8', name.start, name.end));
  const flags = message[flagField.start] ?? 0;
  if (user === undefined || (flags & AUTH_FLAG) === 0) return undefined;
  const answer = (report: UsmReport): Buffer => reportOf(report, numberOf(message, messageId), engineId);
  const { auth, priv } = user;
  if (auth === undefined || ((flags & PRIV_FLAG) !== 0 && priv === undefined))
    return answer('usmStatsUnsupportedSecLevels');
  const copy = Buffer.from(message);
  const isOurs = Authentication.isAuthentic(
    copy,
    AuthProtocols[auth.protocol],
    auth.password,
    engineId,
    copy.subarray(digest.start, digest.end),
  );
  return isOurs ? undefined : answer('usmStatsWrongDigests');
}

function reportOf(report: UsmReport, messageId: number, engineId: Buffer): Buffer {
  const empty = field(OCTETS);
  const header = [integer(messageId), integer(65_507), field(OCTETS, [0]), integer(3)];
  const security = [field(OCTETS, engineId), integer(0), integer(ENGINE_TIME), empty, empty, empty];
  const [first = 0, second = 0, ...arcs] = [...USM_STATS, REPORT_ARC[report], 0];
  const counter = field(SEQUENCE, field(OID, [first * 40 + second, ...arcs]), field(COUNTER32, [1]));
  const pdu = field(REPORT, integer(0), integer(0), integer(0), field(SEQUENCE, counter));
  return field(
    SEQUENCE,
    integer(VERSION_3),
    field(SEQUENCE, ...header),
    field(OCTETS, field(SEQUENCE, ...security)),
    field(SEQUENCE, field(OCTETS, engineId), empty, pdu),
  );
}

/** Type, length, content: X.690 section 8.1. */
function field(tag: number, ...content: readonly (Buffer | readonly number[])[]): Buffer {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function integer(value: number): Buffer {
  const octets = Buffer.alloc(5);
  octets.writeUInt32BE(value, 1);
  const first = octets.findIndex((octet, at) => at === 4 || octet !== 0);
  return field(INTEGER, octets.subarray((octets[first] ?? 0) >= 0x80 ? first - 1 : first));
}

function numberOf(buffer: Buffer, { start, end }: Field): number {
  return buffer.subarray(start, end).reduce((sum, octet) => sum * 256 + octet, 0);
}

function fieldAt(buffer: Buffer, offset: number): Field {
  const short = buffer[offset + 1] ?? 0;
  if (short < 0x80) return { start: offset + 2, end: offset + 2 + short };
  const octets = short & 0x7f;
  const start = offset + 2 + octets;
  return { start, end: start + numberOf(buffer, { start: offset + 2, end: start }) };
}

function fieldsIn(buffer: Buffer, { start, end }: Field): readonly Field[] {
  const fields: Field[] = [];
  for (let at = start; at < Math.min(end, buffer.length); at = fields.at(-1)?.end ?? end)
    fields.push(fieldAt(buffer, at));
  return fields;
}
