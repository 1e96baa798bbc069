import type { Context } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/** Asks y/N. Where nobody can be asked it must have been said with the command. */
export async function confirmed(question: string, isSaid: boolean, { terminal, signal }: Context): Promise<boolean> {
  if (isSaid) return true;
  if (!terminal.isAttended) throw new UsageError('nobody can be asked here: say --yes');
  const typed = await terminal.ask(`${question} [y/N]`, signal);
  return ['y', 'yes'].includes((typed ?? '').toLowerCase());
}
