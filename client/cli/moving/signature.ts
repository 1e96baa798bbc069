import { hostname, userInfo } from 'node:os';
import type { Answer } from '../../started-migration.ts';
import type { OptionSpecs } from '../option.ts';

const GROUP = 'Answers';

/** Who answers, and why: recorded in the run. */
export const signatureOptions = {
  by: { kind: 'text', value: 'NAME', describe: 'Who answers, for the record; else user@host', group: GROUP },
  comment: { kind: 'text', value: 'TEXT', describe: 'Why, for the record', group: GROUP },
} as const satisfies OptionSpecs;

/** The values of {@link signatureOptions}. */
export interface Signature {
  readonly by: string | undefined;
  readonly comment: string | undefined;
}

export function signed({ by, comment }: Signature): Answer {
  return { by: by ?? whoami(), ...(comment === undefined ? {} : { comment }) };
}

function whoami(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container's user without an entry in passwd.
    return `uid-${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
