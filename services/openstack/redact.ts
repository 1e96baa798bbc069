import { Secret } from '../../config/index.ts';

const MASK = '***';
const REMEMBERED_TOKENS = 32;
/** Fernet tokens are recognised anywhere, whoever's they are. */
const FERNET = /\bgAAAA[\w-]{40,}={0,2}/g;
/** Console addresses carry a token that opens the console. */
const TOKEN_IN_QUERY = /([?&](?:token|auth_token|access_token)=)[^&"'\s]+/gi;
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'x-auth-token',
  'x-subject-token',
  'x-service-token',
  'x-storage-token',
  'authorization',
  'cookie',
  'set-cookie',
]);
/** Without the prefix of an extension. `user_data` is cloud-init's script, which often holds passwords; `blob` is the key of an EC2 credential. */
const SECRET_KEYS =
  /^(.*password|.*passwd|admin_?pass|.*secret|.*secret_key|private_key|auth_key|user_data|blob|access_token|auth_password)$/i;

/** Takes the secrets of one cloud out of text: those it was told, and whatever looks like a token. */
export class Redactor {
  readonly #passwords: string[] = [];
  readonly #tokens: string[] = [];

  /** A credential. `names` are words that are no secret even when the credential is the same word (admin/admin). */
  learn(secret: Secret, names: readonly string[] = []): void {
    const value = secret.reveal();
    if (value !== '' && !names.includes(value) && !this.#passwords.includes(value)) {
      this.#passwords.push(value);
    }
  }

  learnToken(token: Secret): void {
    const value = token.reveal();
    if (value !== '' && !this.#tokens.includes(value)) {
      this.#tokens.push(value);
      this.#tokens.splice(0, this.#tokens.length - REMEMBERED_TOKENS);
    }
  }

  text(text: string): string {
    let clean = text.replace(FERNET, MASK).replace(TOKEN_IN_QUERY, `$1${MASK}`);
    for (const value of this.#tokens) {
      clean = clean.replaceAll(value, MASK);
    }
    for (const value of this.#passwords) {
      clean = clean.replace(wholeWord(value), MASK);
    }
    return clean;
  }

  /** Headers for a log: secrets as `{SHA256}…`, which tells two tokens apart. */
  headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        SECRET_HEADERS.has(name.toLowerCase()) ? new Secret(value).fingerprint() : this.text(value),
      ]),
    );
  }

  /** A body for a log: JSON with the values of secret fields masked; other text as {@link text}. */
  body(text: string): string {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return this.text(text);
    }
    return this.text(JSON.stringify(mask(parsed, '')));
  }
}

function mask(value: unknown, parentKey: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => mask(item, parentKey));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const word = key.slice(key.lastIndexOf(':') + 1);
      const secret = SECRET_KEYS.test(word) || (key === 'id' && parentKey === 'token');
      return [key, secret && (typeof inner === 'string' || typeof inner === 'number') ? MASK : mask(inner, key)];
    }),
  );
}

/** Not inside a longer word: the password `nova` must not turn `nova-compute1` of another password's owner unreadable. */
function wholeWord(value: string): RegExp {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`, 'g');
}
