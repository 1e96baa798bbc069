import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

const MASK = '***';

/**
 * A password, token or key. Whatever prints it (string conversion, JSON, `util.inspect`, a log line, an error
 * message) gets `***`; only {@link Secret.reveal} gives the value, so that every use is easy to find.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plain value. Call it only where it leaves for the API that needs it. */
  reveal(): string {
    return this.#value;
  }

  /** `{SHA256}<hex>`: tells two values apart in a debug log, as python-openstackclient does. */
  fingerprint(): string {
    return `{SHA256}${createHash('sha256').update(this.#value).digest('hex')}`;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }

  get [Symbol.toStringTag](): string {
    return 'Secret';
  }
}
