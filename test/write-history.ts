import { writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const FOLDER = new URL('../../test/histories/', import.meta.url);

/** Keeps the history of a run as `test/histories/NAME.json`. */
export async function writeHistory(client: Client, name: string, workflowId: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  // Who worked is a process id and the name of a machine.
  const text = historyToJSON(history).replaceAll(/"identity": ?"[^"]*"/g, '"identity":"worker"');
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(JSON.parse(text))}\n`);
  process.stdout.write(`${name}: ${workflowId}, ${history.events?.length} events\n`);
}
