import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, wantedServer } from '../../resources/compute/boot-server.ts';
import { lendKey, takeBackKeys } from '../../resources/compute/lent-key.ts';
import { type ServerAttributes, server } from '../../resources/compute/server.ts';
import { ourReason } from '../../resources/compute/source-server/our-lock.ts';
import { compare } from '../../resources/moving/compare.ts';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { addressCases } from './address-cases.ts';
import { failureCases } from './boot-failure-cases.ts';
import { RUN, ServerStage, type Twin } from './server-stage.ts';
import { ACTIVE, LIMIT_MS } from './server-there.ts';
import { volumeCases } from './server-volume-cases.ts';
import type { Pair } from './stage.ts';

const KEYS = { ann: publicKey('ann'), bob: publicKey('bob'), mover: publicKey('mover') };

/** Ed25519 in OpenSSH's form: Nova makes a fingerprint of the bytes. */
function publicKey(name: string): string {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(randomBytes(32))]);
  return `ssh-ed25519 ${blob.toString('base64')} ${name}@example.com`;
}

/** What happens to a server in the target, on pairs of clouds. */
export function targetServerCases(pairs: readonly Pair[]): void {
  for (const pair of pairs)
    describe(`a server in the target, ${pair.title}`, () => {
      casesOn(pair);
    });
}

function casesOn(pair: Pair): void {
  let stage: ServerStage;
  /** ann's, with two interfaces and all that a server without volumes can have. */
  let rich: string;
  let ports: Twin[];

  beforeAll(async () => {
    stage = await ServerStage.open(pair);
    await stage.keyOf(stage.ann, 'deploy', KEYS.ann);
    await stage.keyOf(stage.bob, 'deploy', KEYS.bob);
    ports = [await stage.port(1, 21), await stage.port(0, 22)];
    const group = await stage.serverGroup();
    const all = {
      imageRef: stage.image.source,
      networks: ports.map(({ source }) => ({ port: source })),
      key_name: 'deploy',
      config_drive: true,
      user_data: Buffer.from('#!/bin/sh\necho ü\n').toString('base64'),
      metadata: { role: 'web', motto: 'schön' },
      tags: ['blue', 'green'],
      description: 'the first one',
      'OS-DCF:diskConfig': 'MANUAL',
      accessIPv4: '192.0.2.7',
    };
    rich = await stage.serverOf(stage.ann, all, { 'os:scheduler_hints': { group: group.source } });
  }, LIMIT_MS);
  // What a failed test has left would be found by the next.
  afterEach(async () => stage.emptyTarget(), LIMIT_MS);
  afterAll(async () => stage?.close(), LIMIT_MS);

  const inSource = async (id: string): Promise<Resource<ServerAttributes>> => server.get(new Reader(stage.source), id);
  const inTarget = async (id: string): Promise<Resource<ServerAttributes>> => server.get(new Reader(stage.target), id);
  const boot = (id: string) => {
    const worker = stage.worker();
    return worker.bootServer({ ...worker.request(id), imageId: stage.image.target, former: ACTIVE });
  };
  const wantedOf = async (id: string) => {
    const source = await inSource(id);
    return stage.worker().within(({ correspondence }) => wantedServer({ correspondence, source }));
  };
  const keysOfMover = async () => {
    const found: string[] = [];
    for await (const page of stage.member('target').compute.keypairs()) found.push(...page.map(({ name }) => name));
    return found;
  };

  it(
    'has all that the one of the source has, and the same owner, asked for once or twice',
    async () => {
      const { targetId, notes, made } = await boot(rich);
      const worker = stage.worker();
      const { activeAt } = await worker.settleServer({ ...worker.request(rich), targetId, former: ACTIVE });
      expect(Date.parse(activeAt)).toBeLessThan(Date.now() + 60_000);
      const found = await inTarget(targetId);
      expect(compare(await wantedOf(rich), found, { withConditions: true })).toEqual([]);
      expect(found.attributes.interfaces.map(({ portId }) => portId)).toEqual(ports.map(({ target }) => target));
      expect(found).toMatchObject({ origin: { id: rich, cloud: stage.source.name, run: RUN } });
      expect(found.attributes.serverGroupId).toBeDefined();
      expect(found.attributes).toMatchObject({ userId: stage.ann.target, keyName: 'deploy', configDrive: true });
      expect({ notes, made }).toEqual({ notes: [], made: true });

      expect((await boot(rich)).targetId).toBe(targetId);
      expect(await stage.servers()).toHaveLength(1);
      const other = stage.worker({ run: 'ffffffffffffffff' });
      const again = await other.bootServer({ ...other.request(rich), imageId: stage.image.target, former: ACTIVE });
      expect(again).toMatchObject({ targetId, made: false });
      await expect(other.removeServer({ ...other.request(rich), targetId })).rejects.toMatchObject({ type: 'NotOurs' });
      await other.removeServer(other.request(rich));
      expect(await stage.servers()).toHaveLength(1);

      await stage.worker().removeServer(worker.request(rich));
      expect(await stage.servers()).toEqual([]);
      for (const { target } of ports) expect(await stage.target.network.port(target)).toMatchObject({ device_id: '' });
    },
    LIMIT_MS,
  );

  it(
    'is one server when the worker died after asking for it',
    async () => {
      const source = await inSource(rich);
      const { id } = await stage.worker().within(async ({ making, correspondence }) => {
        const half = { making: making(rich), correspondence, source, ran: true, onState: () => undefined };
        const wanted = await wantedServer(half);
        return createServer({ ...half, imageId: stage.image.target }, wanted, stage.project.target);
      });
      expect(await boot(rich)).toMatchObject({ targetId: id, made: true });
      expect(await stage.servers()).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    'keeps the key of an owner as whom nobody can log in: it is lent, and given back',
    async () => {
      const id = await stage.serverOf(stage.bob, { imageRef: stage.image.source, key_name: 'deploy' });
      const { targetId, notes } = await boot(id);
      const mover = (await stage.target.whoAmI()).user.id;
      expect(await inTarget(targetId)).toMatchObject({ attributes: { keyName: 'deploy', userId: mover } });
      expect(notes).toEqual([expect.stringContaining('was not made by Pumphouse')]);
      expect(await keysOfMover()).toEqual(expect.not.arrayContaining(['deploy']));
      expect((await keysOfMover()).filter((name) => name.startsWith('pumphouse-lent'))).toEqual([]);
      await stage.emptyTarget();

      const { client } = stage.member('target').compute;
      await client.post('os-keypairs', { keypair: { name: 'deploy', public_key: KEYS.mover } });
      try {
        const second = await boot(id);
        expect(second.notes.join(' ')).toContain('the mover has a key of its own called "deploy"');
        const { key_name } = await stage.target.compute.server(second.targetId);
        expect(key_name).toMatch(/^deploy of /);
        expect((await stage.member('target').compute.keypair('deploy')).public_key).toBe(KEYS.mover);
        expect((await keysOfMover()).filter((name) => /^(pumphouse-lent|deploy of )/.test(name))).toEqual([]);
      } finally {
        await client.delete('os-keypairs/deploy');
        await stage.emptyTarget();
      }
    },
    LIMIT_MS,
  );

  it(
    'takes the key back that a worker had lent when it died',
    async () => {
      const id = await stage.serverOf(stage.bob, { imageRef: stage.image.source, key_name: 'deploy' });
      const key = { name: 'deploy', public_key: KEYS.bob };
      await lendKey(stage.member('target'), id, key, async () => undefined);
      expect(await keysOfMover()).toContain('deploy');
      const worker = stage.worker();
      await worker.removeServer(worker.request(id));
      expect((await keysOfMover()).filter((name) => /^(pumphouse-lent|deploy)/.test(name))).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'takes a key away that was lent for two, when both give it back at the same moment',
    async () => {
      const mover = stage.member('target');
      const key = { name: 'deploy', public_key: KEYS.bob };
      for (const id of ['one', 'two']) await lendKey(mover, id, key, async () => undefined);
      await Promise.all(['one', 'two'].map((id) => takeBackKeys(mover, id)));
      expect((await keysOfMover()).filter((name) => /^(pumphouse-lent|deploy)/.test(name))).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'lends two keys of one name one after the other, and takes both away',
    async () => {
      const mover = stage.member('target');
      const next = () => new Promise<void>((resolve) => setTimeout(resolve, 100));
      const lent = ['bob', 'ann'] as const;
      const names = await Promise.all(
        lent.map(async (who) => {
          const { name } = await lendKey(mover, who, { name: 'deploy', public_key: KEYS[who] }, next);
          await takeBackKeys(mover, who);
          return name;
        }),
      );
      expect(names).toEqual(['deploy', 'deploy']);
      expect((await keysOfMover()).filter((name) => /^(pumphouse-lent|deploy)/.test(name))).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'gets a name that Neutron would refuse when it is settled',
    async () => {
      const port = await stage.port(0, 40);
      const networks = [{ port: port.source }];
      const id = await stage.serverOf(stage.ann, { imageRef: stage.image.source, networks });
      await stage.source.compute.client.put(`servers/${id}`, { server: { name: 'Bücher-1 ☂' } });
      const { targetId } = await boot(id);
      const worker = stage.worker();
      await worker.settleServer({ ...worker.request(id), targetId, former: ACTIVE });
      expect(compare(await wantedOf(id), await inTarget(targetId))).toEqual([]);
      await worker.removeServer({ ...worker.request(id), targetId });
    },
    LIMIT_MS,
  );

  it.each([
    ['stopped', 'SHUTOFF', 'shutdown'],
    ['paused', 'PAUSED', 'paused'],
    ['suspended', 'SUSPENDED', 'suspended'],
  ] as const)(
    'that was %s is so again, and is heard of in the network only then',
    async (vmState, status, powerState) => {
      const former = { vmState, powerState, locked: true, lockedReason: 'do not touch' };
      const worker = stage.worker();
      const request = { ...worker.request(rich), imageId: stage.image.target, former };
      const { targetId } = await worker.bootServer(request);
      for (const { target } of ports)
        expect(await stage.target.network.port(target)).toMatchObject({ admin_state_up: false });
      await worker.settleServer({ ...worker.request(rich), targetId, former });
      expect(await stage.target.compute.server(targetId)).toMatchObject({
        status,
        locked: true,
        locked_reason: 'do not touch',
      });
      for (const { target } of ports)
        expect(await stage.target.network.port(target)).toMatchObject({ admin_state_up: true });
      // As the mover leaves the source: stopped and locked, with a reason that tells what it was.
      const wanted = await wantedOf(rich);
      const lockedReason = ourReason({ target: stage.target.name, run: RUN, former });
      const off = { vmState: 'stopped', powerState: 'shutdown', locked: true, lockedReason } as const;
      const moved = { ...wanted, attributes: { ...wanted.attributes, ...off } };
      const found = await inTarget(targetId);
      expect(compare(moved, found, { withConditions: true })).toEqual([]);
      const otherwise = { ...found, attributes: { ...found.attributes, vmState: 'active', locked: false } };
      const differences = compare(moved, otherwise, { withConditions: true });
      expect(differences.map(({ attribute }) => attribute).sort()).toEqual(['locked', 'vmState']);
      await worker.removeServer({ ...worker.request(rich), targetId });
    },
    LIMIT_MS,
  );

  const there = () => ({ stage, rich, boot, inSource, inTarget, wantedOf });
  volumeCases(there);
  failureCases(there);
  addressCases(() => stage);
}
