import { Scratch } from './scratch.ts';

/** A configuration that cannot be used, and every line that the operator reads about it. */
export interface BadFile {
  readonly what: string;
  readonly text: string;
  readonly says: readonly string[];
}

/** All that a cloud needs. */
export const KEYS = 'name: a, auth_url: "http://h/v3", username: u, password: p';
export const CLOUD = `{ ${KEYS} }`;

/** A file with one source. */
export function source(cloud: string): string {
  return `source:\n  - ${cloud}\n`;
}

/** A file with a sound cloud in line 1, and sections from line 2 on. */
export function beside(sections: string): string {
  return `source: [${CLOUD}]\n${sections}\n`;
}

/** What is said of a file in an environment that has one variable, which holds no URL. `CWD` is the folder. */
export function whatIsSaid(text: string): readonly string[] {
  const scratch = new Scratch();
  try {
    scratch.env.NOT_A_URL = 's3cret';
    return scratch.errorLines(text).map((line) => line.replaceAll(scratch.cwd, 'CWD'));
  } finally {
    scratch.remove();
  }
}
