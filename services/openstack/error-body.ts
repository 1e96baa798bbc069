/** What an error answer says in its own words. */
export interface ErrorBody {
  /** One line, never empty. */
  readonly message: string;
  /** Neutron's exception class, Placement's code, Nova's key (`badRequest`): what tells errors of one status apart. */
  readonly type?: string;
  /** Nova's `overLimit` carries the wait in the body. */
  readonly retryAfter?: string;
  readonly isHtml: boolean;
}

const LONGEST_REASON = 600;

/**
 * Reads the shapes in which OpenStack services report errors: Keystone `{"error": {…}}`, Nova and Cinder
 * `{"badRequest": {…}}`, Neutron `{"NeutronError": {…}}`, Placement and api-sig `{"errors": […]}`, Glance's HTML, webob's
 * `{"message": "…<br /><br />…"}` and plain text.
 */
export function readErrorBody(text: string, statusText: string): ErrorBody {
  const json = parseObject(text);
  if (json === undefined) {
    const isHtml = /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
    const words = oneLine(isHtml ? htmlWords(text) : text);
    // webob's pages say "409 Conflict" as title and as heading before they come to the point.
    const point = words.replace(new RegExp(`^(\\d{3} ${statusText}\\s*)+`, 'i'), '');
    return { message: point || words || statusText, isHtml };
  }
  const first = Array.isArray(json.errors) ? json.errors.find(isObject) : undefined;
  if (first) {
    return { ...message(words(first.detail) ?? words(first.title), statusText), ...type(first.code), isHtml: false };
  }
  const [key, inner] = Object.entries(json).find(([, value]) => isObject(value)) ?? [];
  if (key !== undefined && isObject(inner)) {
    const retryAfter = inner.retryAfter ?? inner.retryafter;
    return {
      ...message(words(inner.message) ?? words(inner.detail) ?? words(inner.title), statusText),
      ...type(words(inner.type) ?? key),
      ...((typeof retryAfter === 'string' || typeof retryAfter === 'number') && { retryAfter: String(retryAfter) }),
      isHtml: false,
    };
  }
  const plain = words(json.message) ?? words(json.error) ?? words(json.NeutronError) ?? words(json.faultstring);
  return { ...message(plain, statusText), isHtml: false };
}

function message(text: string | undefined, statusText: string): { message: string } {
  return { message: oneLine(withoutSecretValue(htmlWords(text ?? ''))) || statusText };
}

function type(value: unknown): { type?: string } {
  return typeof value === 'string' ? { type: value } : {};
}

function words(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Title and text of a page, without its mark-up. */
function htmlWords(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<\/?[a-z!][^>]*>/gi, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
}

/** Nova repeats what it refuses: a whole server, its user data, or one value of its metadata by the key that the tenant has chosen, where passwords stand. */
const REFUSED = /^(Invalid input for field\/attribute (\S+)\.) Value: ([\s\S]*)$/;
/** Fields whose values no tenant hides anything in. */
const OPEN_FIELDS: ReadonlySet<string> = new Set([
  ...['name', 'hostname', 'host', 'availability_zone', 'key_name', 'flavorRef', 'imageRef', 'config_drive', 'tag'],
  ...['uuid', 'port', 'network', 'networks', 'fixed_ip', 'policy', 'policies', 'type', 'locked_reason', 'id'],
  ...['cores', 'instances', 'ram', 'key_pairs', 'server_groups', 'server_group_members', 'metadata_items', 'quota_set'],
  ...['vcpus', 'disk', 'swap', 'rxtx_factor', 'OS-FLV-EXT-DATA:ephemeral', 'os-flavor-access:is_public'],
]);
/** The end of jsonschema's sentences, which begin with the value once more. */
const WHY =
  /Additional properties are not allowed [^{}]*$|'[\w:-]+' is a required property$|(is too (long|short)|is not (of type|a) '\w+'|is not valid under any of the given schemas|does not match '[^']*'|has too many properties)$/;

function withoutSecretValue(text: string): string {
  const [, head = '', field = '', rest = ''] = REFUSED.exec(text) ?? [];
  if (head === '' || (OPEN_FIELDS.has(field) && !/^[{[]/.test(rest))) return text;
  const [why = ''] = WHY.exec(rest.replace(/\s+Failed validating\b[\s\S]*/, '').trimEnd()) ?? [];
  return `${head} Value: (not told). ${why}`.trimEnd();
}

function oneLine(text: string): string {
  // jsonschema follows its sentence with the whole schema.
  const line = text
    .replace(/\s+Failed validating\b[\s\S]*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
