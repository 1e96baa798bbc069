import { ApiError, type ApiErrorKind, type Retry } from '../../api-error.ts';
import { type HttpTextAnswer, readErrorBody } from '../../openstack/index.ts';

export interface FuelCall {
  /** Name of the target. */
  readonly cloud: string;
  readonly method: string;
  readonly path: string;
}

const NEVER: Retry = { when: 'never' };
const BACK_OFF: Retry = { when: 'back-off' };

/**
 * Another deployment of the environment runs: said with 400, 409 or 500, as JSON, as text or as a page, depending on version and
 * call. All of them pass.
 */
const BUSY =
  /another running tasks|task is already running|deployment ?already ?started|deployment is already|cannot delete running task|is in '?deployment'? state/i;
/** A page of a debugging server goes on with the whole request. */
const LONGEST_OF_A_PAGE = 160;

export function saysBusy(text: string): boolean {
  return BUSY.test(text);
}

/**
 * What an answer carries. Nailgun 9.2 encodes single nodes and clusters twice; what has nothing to say is `null`, or Python's `None`,
 * which is no JSON.
 */
export function readAnswer(call: FuelCall, { status, text }: HttpTextAnswer): unknown {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'None' || trimmed === 'null') return undefined;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    return typeof parsed === 'string' ? JSON.parse(parsed) : parsed;
  } catch {
    const { message, isHtml } = readErrorBody(text, 'an empty answer');
    throw fuelError(call, {
      kind: 'protocol',
      retry: isHtml ? NEVER : BACK_OFF,
      status,
      reason: `the answer is ${isHtml ? 'a web page' : 'not JSON'}: ${message.slice(0, 120)}`,
      hint: "check fuel_url: it is Nailgun's, as http://FUEL:8000/api/",
    });
  }
}

/** The error for a status of 400 or more: what the API says is in `message` of JSON, or the whole text, or a page. */
export function refusal(call: FuelCall, { status, text }: HttpTextAnswer): ApiError {
  const { message, isHtml } = readErrorBody(text, `status ${status}`);
  const isLong = isHtml && message.length > LONGEST_OF_A_PAGE;
  const reason = isLong ? `${message.slice(0, LONGEST_OF_A_PAGE)}…` : message;
  // A page of a debugging server names the exception at any place.
  if (saysBusy(text)) {
    const hint = 'another task of the environment is running: it is waited for';
    return fuelError(call, { kind: 'busy', retry: BACK_OFF, status, reason, hint });
  }
  const [kind, retry] = kindOf(status);
  return fuelError(call, { kind, retry, status, reason });
}

export function fuelError(
  { cloud, method, path }: FuelCall,
  details: {
    readonly kind: ApiErrorKind;
    readonly reason: string;
    readonly retry?: Retry;
    readonly status?: number;
    readonly hint?: string;
  },
): ApiError {
  return new ApiError({ cloud, service: 'fuel', method, path, retry: NEVER, ...details });
}

function kindOf(status: number): readonly [ApiErrorKind, Retry] {
  switch (status) {
    case 401:
      return ['authentication', NEVER];
    case 403:
      return ['forbidden', NEVER];
    case 404:
      return ['not-found', NEVER];
    case 409:
      return ['conflict', NEVER];
    default:
      return status >= 500 ? ['unavailable', BACK_OFF] : ['invalid', NEVER];
  }
}
