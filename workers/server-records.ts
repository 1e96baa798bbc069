import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { endProcess, isRunning } from './process-identity.ts';

const identitySchema = z.object({ pid: z.number().int().positive(), started: z.string() });

/** The note of a running embedded server, so that one whose parent was killed is found again. */
const recordSchema = z.object({
  server: identitySchema,
  /** Who started it and will end it. */
  owner: identitySchema,
  /** Where its data is; absent when in memory. */
  dbFile: z.string().optional(),
  address: z.string(),
  uiUrl: z.string(),
  namespace: z.string(),
});

export type ServerRecord = z.infer<typeof recordSchema>;

const END_GRACE_MS = 10_000;

const recordPath = (folder: string, pid: number): string => join(folder, `${pid}.json`);

export async function writeRecord(folder: string, record: ServerRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(recordPath(folder, record.server.pid), `${JSON.stringify(record, undefined, 2)}\n`);
}

export async function removeRecord(folder: string, pid: number): Promise<void> {
  await rm(recordPath(folder, pid), { force: true });
}

async function readRecord(path: string): Promise<ServerRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Gone meanwhile, or cut off while it was written: it names no server that can be trusted.
    return undefined;
  }
}

/** The server that somebody runs at this address, by its note; nothing is ended or forgotten. */
export async function serverAt(folder: string, address: string): Promise<ServerRecord | undefined> {
  const names = await readdir(folder).catch(() => []);
  const records = await Promise.all(
    names.filter((each) => each.endsWith('.json')).map((name) => readRecord(join(folder, name))),
  );
  return records.find((record) => record?.address === address && isRunning(record.server));
}

/**
 * Looks through the notes: forgets servers that ended, ends those whose owner is gone (it was killed with SIGKILL), and
 * gives those that somebody still runs. A note is about the process that wrote it, never about a later one with its pid.
 */
export async function runningServers(folder: string, say: (line: string) => void): Promise<ServerRecord[]> {
  const names = await readdir(folder).catch(() => []);
  const running: ServerRecord[] = [];
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const path = join(folder, name);
    const record = await readRecord(path);
    if (record && isRunning(record.server)) {
      if (isRunning(record.owner)) {
        running.push(record);
        continue;
      }
      say(`ending the Temporal server ${record.server.pid} that a killed process left at ${record.address}`);
      await endProcess(record.server, END_GRACE_MS);
    }
    await rm(path, { force: true });
  }
  return running;
}
