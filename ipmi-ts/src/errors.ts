/** What went wrong with a BMC, by the way it has to be dealt with. */
export type IpmiProblem =
  | 'configuration'
  | 'unreachable'
  | 'time-out'
  | 'authentication'
  | 'privilege'
  | 'refused'
  | 'completion'
  | 'session-lost'
  | 'protocol';

/** Base of all errors of this package. Messages name the BMC's address and never a password or a key. */
export class IpmiError extends Error {
  override readonly name: string = 'IpmiError';
  readonly problem: IpmiProblem;

  constructor(problem: IpmiProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** A setting that no BMC could be asked with: a password of more than 20 bytes, cipher suite 0. Nothing was sent. */
export class IpmiConfigurationError extends IpmiError {
  override readonly name = 'IpmiConfigurationError';

  constructor(message: string) {
    super('configuration', message);
  }
}

/** No answer in time (`time-out`), or the host says that nothing listens there (`unreachable`). */
export class IpmiTimeoutError extends IpmiError {
  override readonly name = 'IpmiTimeoutError';

  constructor(problem: 'time-out' | 'unreachable', message: string, options?: ErrorOptions) {
    super(problem, message, options);
  }
}

/** The BMC knows no such user (`user`), has another password for it (`password`), or another BMC key KG (`bmc-key`). */
export class IpmiAuthenticationError extends IpmiError {
  override readonly name = 'IpmiAuthenticationError';
  readonly reason: 'user' | 'password' | 'bmc-key';

  constructor(reason: 'user' | 'password' | 'bmc-key', message: string) {
    super('authentication', message);
    this.reason = reason;
  }
}

/** The user may not have the privilege level that was asked for, or a command needs a higher one. */
export class IpmiPrivilegeError extends IpmiError {
  override readonly name = 'IpmiPrivilegeError';

  constructor(message: string) {
    super('privilege', message);
  }
}

/** The BMC refused a session for another reason: no slot free, no cipher suite in common. */
export class IpmiRefusedError extends IpmiError {
  override readonly name = 'IpmiRefusedError';
  /** RMCP+ status code, IPMI v2.0 table 13-15. */
  readonly status: number;

  constructor(status: number, message: string) {
    super('refused', message);
    this.status = status;
  }
}

/** A command was answered with a completion code other than 00h (IPMI v2.0 table 5-2). */
export class IpmiCompletionError extends IpmiError {
  override readonly name = 'IpmiCompletionError';
  readonly command: string;
  readonly code: number;
  /** As the specification calls it: `command not supported in present state`. */
  readonly codeName: string;

  constructor(command: string, code: number, codeName: string, message: string) {
    super('completion', message);
    this.command = command;
    this.code = code;
    this.codeName = codeName;
  }
}

/** The session was ended by the BMC, or it does not answer in it any more. A new one can be opened. */
export class IpmiSessionLostError extends IpmiError {
  override readonly name = 'IpmiSessionLostError';

  constructor(message: string, options?: ErrorOptions) {
    super('session-lost', message, options);
  }
}

/** Bytes that are not what the specification says. */
export class IpmiProtocolError extends IpmiError {
  override readonly name = 'IpmiProtocolError';

  constructor(message: string) {
    super('protocol', message);
  }
}
