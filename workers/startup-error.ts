/**
 * A process of ours cannot start or go on, and the message says all that a person needs: what, where and what to do.
 * Commands print it without a stack and exit with `exitCode`: 2 for what the person asked for or set up, 1 otherwise.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
