import { setTimeout as pause } from 'node:timers/promises';
import { isApiError, type NovaServer, NovaServers } from '../../services/openstack/index.ts';
import type { Correspondence } from '../moving/correspondence.ts';
import type { Making } from '../moving/making.ts';
import { comesFrom, type Origin, splitProperties } from '../moving/origin.ts';
import { NotInTarget } from '../moving/translation.ts';
import { waitUntil } from '../moving/wait-until.ts';
import type { Resource } from '../resource-type.ts';
import { unlessGone } from '../visibility.ts';
import { BootFailed, faultOf } from './boot-failed.ts';
import { bootLogins, keyOf } from './boot-login.ts';
import { flavorFor, zoneFor } from './boot-place.ts';
import { preparePorts } from './boot-ports.ts';
import { lendKey, takeBackKeys } from './lent-key.ts';
import type { ServerAttributes } from './server.ts';
import { serverMoving } from './server-moving.ts';
import { abilitiesOf, type ServerWish, serverRequest } from './server-request.ts';
import { serversMadeOf } from './server-search.ts';

export interface Boot {
  readonly making: Making;
  readonly correspondence: Correspondence;
  /** As the source has it. */
  readonly source: Resource<ServerAttributes>;
  /** Of the target. Absent: it boots from its root volume. */
  readonly imageId?: string;
  /** One that did not must not answer in the network while it is made: its ports are down until it is settled. */
  readonly ran: boolean;
  /** Told what Nova says of the server, again and again. */
  onState(state: string): void;
}

export interface Booted {
  readonly targetId: string;
  /** False for one that another run has made. */
  readonly made: boolean;
  readonly notes: readonly string[];
  /** When it was first seen to be ACTIVE. */
  readonly activeAt: Date;
}

/**
 * Creates the server in the target and waits until it is ACTIVE. Any number of times: one that carries the mark of this server is
 * waited for, not made again.
 *
 * @throws {BootFailed} when it cannot be booted or went to ERROR; then it is removed
 */
export async function bootServer(boot: Boot): Promise<Booted> {
  const { making, source } = boot;
  const wanted = await wantedServer(boot);
  const { projectId } = wanted;
  if (projectId === undefined) throw new NotInTarget({ type: 'project', id: source.projectId ?? '' });
  const there = await madeBefore(boot, projectId);
  if (there !== undefined) {
    if (source.attributes.keyName !== undefined) await takeBackKeys(making.inProject(projectId), source.id);
    const notes = there.user_id === wanted.attributes.userId ? [] : [`user_id is ${there.user_id}`];
    const made = splitProperties(there.metadata).origin?.run === making.origin.run;
    const { seenAt, launchedAt = seenAt } = await untilActive(boot, there.id);
    return { targetId: there.id, made, notes, activeAt: launchedAt };
  }
  const { id, notes } = await createServer(boot, wanted, projectId);
  return { targetId: id, made: true, notes, activeAt: (await untilActive(boot, id)).seenAt };
}

/** The source's server as the target should have it. */
export async function wantedServer({
  correspondence,
  source,
}: Pick<Boot, 'correspondence' | 'source'>): Promise<Resource<ServerAttributes>> {
  const wanted = await correspondence.wanted(source);
  // The translation of a server's attributes is `serverMoving.translate`, which gives a server's.
  return { ...wanted, attributes: wanted.attributes as ServerAttributes };
}

/** The server that carries the mark of one of the source; the one that is best off when tries have left several. */
export async function findMade(
  { target }: Making,
  { cloud, id }: Pick<Origin, 'cloud' | 'id'>,
  projectId: string | undefined,
): Promise<NovaServer | undefined> {
  const all: NovaServer[] = [];
  for await (const page of serversMadeOf(target, id, projectId))
    all.push(...page.filter(({ metadata }) => comesFrom(splitProperties(metadata).origin, cloud, id)));
  return all.find(({ status }) => status !== 'ERROR') ?? all[0];
}

async function madeBefore(boot: Boot, projectId: string): Promise<NovaServer | undefined> {
  const { making } = boot;
  const there = await findMade(making, making.origin, projectId);
  if (there === undefined) return undefined;
  if (there['OS-EXT-STS:task_state'] === 'deleting') {
    await serverMoving.remove?.(making, there.id);
    return undefined;
  }
  if (there.status === 'ERROR') await giveUp(making, there);
  return there;
}

/** The one call that makes it, as its owner where that can be done. Nothing is waited for. */
export async function createServer(
  boot: Boot,
  wanted: Resource<ServerAttributes>,
  projectId: string,
): Promise<{ readonly id: string; readonly notes: readonly string[] }> {
  const { making, source, imageId } = boot;
  if (imageId === undefined && !wanted.attributes.volumes.some(({ isRoot }) => isRoot))
    throw new BootFailed(
      'nothing-to-boot-from',
      'neither an image nor a volume to boot it from is known in the target',
    );
  const nova = new NovaServers(making.target.cloud.compute.client);
  const zone = await zoneFor(making, source.attributes, wanted.attributes);
  const wish: ServerWish = {
    server: wanted,
    origin: making.origin,
    flavorId: await flavorFor(making, wanted.attributes),
    interfaceTags: await new NovaServers(making.source.cloud.compute.client).interfaceTags(source.id),
    ...(imageId === undefined ? {} : { imageId }),
    ...(zone === undefined ? {} : { zone }),
  };
  const can = await abilitiesOf(nova);
  await preparePorts(making, wanted, { up: boot.ran, names: serverRequest(wish, can).server });
  const context = { ...boot, projectId };
  const key = await keyOf(context);
  const lost = typeof key === 'string' ? [key] : [];
  for (const login of await bootLogins(context)) {
    const send = async (keyName: string | undefined, more: readonly string[]) => {
      const request = serverRequest({ ...wish, ...(keyName === undefined ? {} : { keyName }) }, can);
      const id = await new NovaServers(login.cloud.compute.client).create(request.server, request.hints);
      return { id, notes: [...more, ...lost, ...request.notes] };
    };
    if (login.as === 'mover') {
      if (typeof key !== 'object') return send(undefined, [login.note]);
      return withLentKey(boot, projectId, key.key, (name, more) => send(name, [login.note, ...more]));
    }
    try {
      return await send(typeof key === 'object' ? key.ownerName : undefined, []);
    } catch (error) {
      // Who may only read its project cannot create a server in it.
      if (!isApiError(error, 'forbidden')) throw error;
    }
  }
  throw new Error('nobody is left who could create the server');
}

/** While it is made, somebody waits for it. */
const PAUSE_MS = 1_000;
/** How often a key is lent anew that somebody took away before Nova had read it. */
const LOANS = 3;

async function withLentKey<T>(
  { making, source, onState }: Boot,
  projectId: string,
  key: Parameters<typeof lendKey>[2],
  send: (name: string, notes: readonly string[]) => Promise<T>,
): Promise<T> {
  const mover = making.inProject(projectId);
  const next = async () => {
    onState('waits: another server is lent a key of the same name');
    await pause(PAUSE_MS, undefined, { signal: making.signal });
  };
  try {
    for (let left = LOANS; ; left--) {
      const lent = await lendKey(mover, source.id, key, next);
      try {
        const answer = await send(lent.name, lent.note === undefined ? [] : [lent.note]);
        await takeBackKeys(mover, source.id);
        return answer;
      } catch (error) {
        if (left <= 1 || !isApiError(error, 'invalid') || !/key_name/.test(error.message)) throw error;
      }
    }
  } catch (error) {
    // What is left is taken back by the next try, and by the server's removal.
    await takeBackKeys(mover, source.id).catch(() => undefined);
    throw error;
  }
}

interface Seen {
  readonly seenAt: Date;
  /** By the cloud's clock. */
  readonly launchedAt?: Date;
}

async function untilActive({ making, onState }: Boot, id: string): Promise<Seen> {
  const look = async (): Promise<Seen | undefined> => {
    const there = await unlessGone(() => making.target.cloud.compute.server(id));
    if (there === undefined) throw new BootFailed('boot-failed', `server ${id} was removed while it was built`);
    onState(stateOf(there));
    if (there.status === 'ERROR') await giveUp(making, there);
    if (there.status === 'BUILD') return undefined;
    const launchedAt = launchedAtOf(there);
    return { seenAt: new Date(), ...(launchedAt === undefined ? {} : { launchedAt }) };
  };
  return waitUntil(look, making.signal, PAUSE_MS);
}

/** `ACTIVE`, or with a task: `BUILD, spawning`. */
export function stateOf({ status, 'OS-EXT-STS:task_state': task }: NovaServer): string {
  return task ? `${status}, ${task}` : status;
}

export function launchedAtOf({ 'OS-SRV-USG:launched_at': at }: NovaServer): Date | undefined {
  return at ? new Date(`${at.replace(/Z$/, '')}Z`) : undefined;
}

/** Removes a server in ERROR that this run made, and tells its fault. */
async function giveUp(making: Making, { id, fault, metadata }: NovaServer): Promise<never> {
  const run = splitProperties(metadata).origin?.run;
  if (run !== making.origin.run)
    throw new BootFailed(
      'boot-failed',
      `run ${run ?? 'of another kind'} has left server ${id} in ERROR in the target: remove it (${fault?.message ?? 'no fault is told'})`,
    );
  await serverMoving.remove?.(making, id);
  throw faultOf(fault);
}
