import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributeKeys } from '../workflows/search-attributes.ts';
import { grpcStatus } from './connect-options.ts';
import { codeOf, reasonOf } from './failure-reason.ts';
import { StartupError } from './startup-error.ts';

const KEYWORD = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/** A server with SQL visibility takes up to its namespace cache's refresh (10 s) to know new attributes. */
const VISIBLE_WITHIN_MS = 30_000;
const POLL_MS = 200;

type Operator = Pick<Connection | NativeConnection, 'operatorService'>;
type Known = Readonly<Record<string, proto.temporal.api.enums.v1.IndexedValueType>>;

const known = async ({ operatorService }: Operator, namespace: string): Promise<Known> =>
  (await operatorService.listSearchAttributes({ namespace })).customAttributes;

function commandsFor(names: readonly string[], namespace: string): string {
  return `temporal operator search-attribute create --namespace ${namespace} ${names.map((name) => `--name ${name} --type Keyword`).join(' ')}`;
}

function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === grpcStatus.permissionDenied || code === grpcStatus.unauthenticated || code === grpcStatus.unimplemented
  );
}

/**
 * Makes the server know our search attributes: a workflow that sets an unknown one never gets on. What is there stays,
 * so it can run at every start. A server that does not even let us look is believed to have them; `warn` is told.
 *
 * @throws {StartupError} when some are missing and we may not add them, or one is there with another type
 */
export async function registerSearchAttributes(
  connection: Operator,
  namespace: string,
  warn: (line: string) => void,
): Promise<void> {
  const names = searchAttributeKeys.map(({ name }) => name);
  let present: Known;
  try {
    present = await known(connection, namespace);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    warn(
      `may not look which search attributes namespace "${namespace}" has; an administrator has to register them once: ` +
        commandsFor(names, namespace),
    );
    return;
  }
  const wrong = names.filter((name) => name in present && present[name] !== KEYWORD);
  if (wrong.length > 0) {
    throw new StartupError(
      `search attribute ${wrong.join(', ')} of namespace "${namespace}" has another type than Keyword: remove it with ` +
        `"temporal operator search-attribute remove --namespace ${namespace} --name ${wrong[0]}" or use another namespace`,
      2,
    );
  }
  const missing = names.filter((name) => !(name in present));
  if (missing.length > 0) await add(connection, namespace, missing);
}

async function add(connection: Operator, namespace: string, missing: readonly string[]): Promise<void> {
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD] as const)),
    });
  } catch (error) {
    const reason = reasonOf(error);
    throw new StartupError(
      `namespace "${namespace}" lacks search attributes and they could not be added (${reason}). ` +
        `An administrator has to run: ${commandsFor(missing, namespace)}`,
      isRefusal(error) ? 2 : 1,
      { cause: error },
    );
  }
  const deadline = Date.now() + VISIBLE_WITHIN_MS;
  for (;;) {
    const present = await known(connection, namespace);
    const absent = missing.filter((name) => !(name in present));
    if (absent.length === 0) return;
    if (Date.now() > deadline) {
      throw new StartupError(`the server took the search attributes ${absent.join(', ')} but does not show them`, 1);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
