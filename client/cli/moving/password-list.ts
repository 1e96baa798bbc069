import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { CloudSettings, Configuration } from '../../../config/index.ts';
import { domain } from '../../../resources/identity/domain.ts';
import { passwordsOf } from '../../../resources/identity/passwords.ts';
import { user } from '../../../resources/identity/user.ts';
import type { ResourceOutcome } from '../../../workflows/run-report.ts';
import type { Context } from '../command.ts';
import { onAbort } from '../interruption.ts';
import { look } from '../look.ts';
import { UsageError } from '../usage-error.ts';

/** Nobody but its owner may read the list. */
const MODE = 0o600;

/** Where the passwords of users that a run makes are written, once. The file is there, and empty, from the beginning on. */
export interface PasswordList {
  /** Writes those of the users that runs have made so far. */
  write(outcomes: readonly ResourceOutcome[]): Promise<void>;
  /** To be called in any case: a file that nothing was written into goes again. */
  close(): Promise<void>;
}

/**
 * Opens the list before anything is moved, so that nothing is moved whose passwords nobody could learn. They follow from the
 * secret of the configuration, so they are in no payload and on no worker's disk.
 *
 * @throws {UsageError} when the file is there already or cannot be made, and when there are no passwords to tell
 */
export async function openPasswordList(
  file: string,
  target: CloudSettings,
  { passwords }: Pick<Configuration, 'passwords'>,
  context: Context,
): Promise<PasswordList> {
  if (passwords.kind === 'none')
    throw new UsageError(
      '--passwords: users are made without passwords (passwords.users: none); give passwords.secret in pumphouse.yaml',
    );
  const handle = await newFile(file);
  let isOver = false;
  const remove = () => {
    if (!isOver) rmSync(file, { force: true });
    isOver = true;
  };
  // The process ends without waiting for anything.
  const stop = onAbort(context.signal, remove);
  return {
    async write(outcomes) {
      const made = outcomes.filter(
        ({ type, action, outcome }) => type === 'user' && action === 'create' && outcome === 'done',
      );
      if (made.length === 0) {
        context.terminal.talk(`no user has been made: there are no passwords, and ${file} is not kept`);
        return;
      }
      const rows = await look(target, context, async (reader) => {
        const passwordOf = passwordsOf(passwords);
        const lines: string[][] = [];
        for (const { targetId } of made) {
          if (targetId === undefined) continue;
          const { name, attributes } = await user.get(reader, targetId);
          const { domainId } = attributes;
          const given = passwordOf(target.name, { name, domainId });
          if (given.kind !== 'password') continue;
          lines.push([(await domain.get(reader, domainId)).name, name, given.password]);
        }
        return lines;
      });
      await handle.write(stringify(rows, { header: true, columns: ['domain', 'user', 'password'] }));
      isOver = true;
      context.terminal.talk(`passwords of ${rows.length} users are in ${file}, which only you can read`);
    },
    async close() {
      stop();
      await handle.close();
      remove();
    },
  };
}

async function newFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', MODE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UsageError(`--passwords ${file}: the file is there already; name a new one`);
    if (code === 'ENOENT') throw new UsageError(`--passwords ${file}: its folder does not exist`);
    throw new UsageError(`--passwords ${file}: cannot be written (${code ?? String(error)})`);
  }
}
