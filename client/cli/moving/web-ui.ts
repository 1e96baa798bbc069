import { serversFolder } from '../../../workers/own-folders.ts';
import { serverAt } from '../../../workers/server-records.ts';

/**
 * The Web UI of a Temporal server, without a slash at its end: as `PUMPHOUSE_WEB_UI` says, or of a server that pump-dev runs on this machine.
 * Temporal itself does not tell where its UI is.
 */
export async function webUiOf(
  address: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const told = env.PUMPHOUSE_WEB_UI || undefined;
  return (told ?? (await serverAt(serversFolder({ ...env }), address))?.uiUrl)?.replace(/\/+$/, '');
}
