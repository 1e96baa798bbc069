import type { Cloud } from '../cloud.ts';
import type { ServiceName } from '../options.ts';
import type { Answer, Call, Handler, Refusal } from './call.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** Below the service's prefix, in the router's notation: `/v3/users/:id`. */
  readonly path: string;
  readonly handler: Handler;
  readonly access: 'token' | 'anonymous';
}

/** What is peculiar to one service in every answer: headers, microversions, the shape of its errors. */
export interface Dialect {
  readonly service: ServiceName;
  readonly prefix: string;
  /** Minor number of the microversion that the headers ask for; a {@link Refusal} when it is not to be had. */
  negotiate(call: Pick<Call, 'headers' | 'cloud' | 'url'>): number;
  /** `routed`: whether there is such a path; services put fewer headers on what they do not know. */
  headers(call: Call, routed: boolean): Readonly<Record<string, string | string[]>>;
  refuse(refusal: Refusal, call: Call): Answer;
  /** No such path. */
  unknown(call: Call): Answer;
}

/** The routes of one service, gathered before they are given to the listener. */
export class Service {
  readonly dialect: Dialect;
  readonly routes: Route[] = [];

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  get(path: string, handler: Handler, access: Route['access'] = 'token'): void {
    this.#add('GET', path, handler, access);
  }
  head(path: string, handler: Handler): void {
    this.#add('HEAD', path, handler, 'token');
  }
  post(path: string, handler: Handler, access: Route['access'] = 'token'): void {
    this.#add('POST', path, handler, access);
  }
  put(path: string, handler: Handler): void {
    this.#add('PUT', path, handler, 'token');
  }
  patch(path: string, handler: Handler): void {
    this.#add('PATCH', path, handler, 'token');
  }
  delete(path: string, handler: Handler): void {
    this.#add('DELETE', path, handler, 'token');
  }

  #add(method: Method, path: string, handler: Handler, access: Route['access']): void {
    this.routes.push({ method, path, handler, access });
  }
}

/** The error that keystonemiddleware gives in front of most services. */
export function middlewareUnauthorized(call: { readonly cloud: Cloud }): Answer {
  return {
    status: 401,
    headers: { 'WWW-Authenticate': `Keystone uri="${call.cloud.wwwAuthenticateUri}"` },
    body: {
      error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
    },
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export function titleOf(status: number): string {
  return TITLES[status] ?? 'Error';
}

/** The page that WebOb makes of an error: HTML, or its JSON when the caller asks for JSON and nothing else. */
export function webobPage(status: number, message: string, accept: string | undefined): Answer {
  const title = titleOf(status);
  if (accept !== undefined && /application\/json/.test(accept) && !/text\/html/.test(accept)) {
    return { status, body: { message: `${message}<br /><br />\n\n\n`, code: `${status} ${title}`, title } };
  }
  const page = `<html>\n <head>\n  <title>${status} ${title}</title>\n </head>\n <body>\n  <h1>${status} ${title}</h1>\n  ${message}<br /><br />\n\n\n\n </body>\n</html>`;
  return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8' }, body: page };
}
