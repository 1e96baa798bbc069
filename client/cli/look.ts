import type { CloudSettings } from '../../config/index.ts';
import { Reader } from '../../resources/reader.ts';
import { Cloud } from '../../services/openstack/index.ts';
import type { Context } from './command.ts';

/** Looks at one cloud: opens it, closes it, and tells what the operator should know about what was read. */
export async function look<T>(
  settings: CloudSettings,
  { observers, terminal }: Context,
  read: (reader: Reader) => Promise<T>,
): Promise<T> {
  const cloud = new Cloud(settings, { observers });
  const reader = new Reader(cloud);
  try {
    const result = await read(reader);
    await terminal.flush();
    for (const note of cloud.session.notes) terminal.talk(`note: ${cloud.name}: ${note}`);
    for (const { type, text } of reader.notes)
      terminal.talk(`note: ${cloud.name}: ${type === undefined ? '' : `${type}: `}${text}`);
    return result;
  } finally {
    cloud.close();
  }
}
