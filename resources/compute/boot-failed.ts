/** Why a server did not come to life in the target. */
export type BootProblem = 'boot-failed' | 'zone-missing' | 'flavor-missing' | 'nothing-to-boot-from';

/** A server that cannot be booted, or was and went to ERROR; then nothing of it is left. */
export class BootFailed extends Error {
  override readonly name = 'BootFailed';
  readonly problem: BootProblem;
  /** It may go well the next time. */
  readonly isPassing: boolean;

  constructor(problem: BootProblem, message: string, isPassing = false) {
    super(message);
    this.problem = problem;
    this.isPassing = isPassing;
  }
}

/** Faults of a moment: a message that was not answered in time, a network that was not plugged in time, a database that was away. */
const PASSING_FAULT =
  /time[d -]*out|connection (\S+ )?(failed|refused|reset|aborted|lost|error)|temporar|unavailable|try again|virtual interface creation failed|failed to allocate the network|deadlock/i;

export function faultOf(fault: { readonly message: string } | undefined): BootFailed {
  const said = fault?.message ?? 'Nova does not say why';
  return new BootFailed(
    'boot-failed',
    `the target could not boot it: ${said}; it is removed again`,
    PASSING_FAULT.test(said),
  );
}
