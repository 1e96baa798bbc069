import { afterEach } from '@jest/globals';

interface Closable {
  readonly close?: () => void;
  readonly stop?: () => Promise<void>;
}

/** What a test opened; it is closed after the test, the last first. */
export const opened: Closable[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) {
    one.close?.();
    await one.stop?.();
  }
});
