/** Where a value stands: shown to people as `file:line:column`. Values of the environment have no line. */
export interface Position {
  /** As a person would name it: relative to the working directory where that is shorter, or `environment`. */
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** One thing that is wrong, with its place and, where we know it, what to do. Never holds a secret's value. */
export interface Problem extends Position {
  /** `source[0].auth_url`; empty for the file as a whole. In the environment: the variable's name. */
  readonly keyPath: string;
  readonly message: string;
  readonly hint?: string;
}

/** `pumphouse.yaml:3:5: source[0].auth_urll: unknown key; did you mean "auth_url"?` */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const what = problem.hint === undefined ? problem.message : `${problem.message}; ${problem.hint}`;
  return [place, problem.keyPath, what].filter((part) => part !== '').join(': ');
}

/** The configuration cannot be used. Carries everything that is wrong with it; the message has one line for each. */
export class ConfigurationError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const ordered = inReadingOrder(problems);
    super(ordered.map(formatProblem).join('\n'));
    this.name = 'ConfigurationError';
    this.problems = ordered;
  }
}

/** By file in the order of their first problem, then by line and column; the same line twice only once. */
function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...unique.values()].sort(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
