import type { FuelState } from './state.ts';

/** A call as a route sees it. */
export interface Routed {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** The answer is 201. */
  created(): void;
  /** The answer is 202. */
  accepted(): void;
  /** The answer is 204, without a body. */
  gone(): void;
  /** The answer as it stands, with the usual type. */
  raw(text: string): Raw;
}

export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Path below `/api/`, without a slash at its end. */
export type Route = readonly [
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  answer: (state: FuelState, call: Routed) => unknown,
];
