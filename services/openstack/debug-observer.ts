import type { Writable } from 'node:stream';
import type { CallObserver } from './observer.ts';

const SHOWN_BODY_CHARACTERS = 20_000;

/** `--debug`: each call with its headers and bodies, as far as they are text, one block a call. */
export function debugObserver(out: Writable): CallObserver {
  return {
    finished(call, outcome) {
      const requestId = outcome.requestId === undefined ? '' : ` ${outcome.requestId}`;
      const result = outcome.failure ?? String(outcome.status);
      const lines = [
        `${call.cloud}: ${call.service}: ${call.method} ${call.url} -> ${result} (${Math.round(outcome.durationMs)} ms)${requestId}`,
        ...headerLines('>', call.headers),
        ...bodyLines('>', call.body),
        ...headerLines('<', outcome.headers ?? {}),
        ...bodyLines('<', outcome.body),
      ];
      out.write(`${lines.join('\n')}\n`);
    },
  };
}

function headerLines(direction: string, headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `  ${direction} ${name}: ${value}`);
}

function bodyLines(direction: string, body: string | undefined): string[] {
  if (body === undefined || body === '') {
    return [];
  }
  const rest = body.length - SHOWN_BODY_CHARACTERS;
  const shown = rest > 0 ? `${body.slice(0, SHOWN_BODY_CHARACTERS)}… (${rest} characters more)` : body;
  return shown.split('\n').map((line) => `  ${direction} ${line}`);
}
