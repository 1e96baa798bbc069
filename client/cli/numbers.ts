import { type Endpoint, parseEndpoint } from '../../workers/endpoint.ts';
import { UsageError } from './usage-error.ts';

const MOST_PORT = 65_535;
/** What nobody means by a count; also keeps numbers exact. */
const MOST_NUMBER = 999_999;

interface Range {
  readonly least?: 0;
  readonly most?: number;
}

/** A whole number, from 1 up unless the range says otherwise. */
export function wholeNumber(name: string, text: string, { least, most }: Range): number {
  const lowest = least ?? 1;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (number >= lowest && number <= (most ?? MOST_NUMBER)) return number;
  const range = most === undefined ? `from ${lowest} up` : `from ${lowest} to ${most}`;
  throw wrong(name, `a whole number ${range}`, text);
}

/** A port to listen on; 0 is any free one. */
export function portNumber(name: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= MOST_PORT) return port;
  throw wrong(name, `a port from 0 to ${MOST_PORT}`, text);
}

/** A time in seconds, 0 or more; `0.5` is half a second. */
export function seconds(name: string, text: string): number {
  if (/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) return Number(text);
  throw wrong(name, 'a number of seconds, 0 or more', text);
}

/** Where to listen. */
export function endpoint(name: string, text: string): Endpoint {
  const found = parseEndpoint(text);
  if (found !== undefined) return found;
  throw wrong(name, 'an IP address and a port, such as 127.0.0.1:9464', text);
}

function wrong(name: string, wanted: string, text: string): UsageError {
  return new UsageError(`--${name} must be ${wanted}, not ${JSON.stringify(text)}`);
}
