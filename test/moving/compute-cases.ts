import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FlavorAttributes } from '../../resources/compute/flavor.ts';
import { keypairId } from '../../resources/compute/keypair.ts';
import { compare } from '../../resources/moving/compare.ts';
import { originDescription } from '../../resources/moving/origin.ts';
import type { Resource } from '../../resources/resource-type.ts';
import type { Cloud } from '../../services/openstack/cloud.ts';
import { NovaWriting } from '../../services/openstack/nova-writing.ts';
import type { Stage } from './stage.ts';
import { projectIn, type TwinProject, twinProject } from './twin-projects.ts';

/** Names of these tests: others remove all projects that are called as theirs. */
export const PREFIX = 'moving-compute-';

export const writing = ({ compute }: Cloud): NovaWriting => new NovaWriting(compute.client);

/** How flavors, keypairs and server groups move, on any two clouds. */
export function computeCases(stage: Stage): void {
  const { source, target, mover } = stage;
  let tenant: TwinProject;
  let later: { readonly id: string; readonly name: string };
  const undo: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    tenant = await twinProject(source(), target(), `${PREFIX}compute`);
    const name = `${PREFIX}later-${randomUUID().slice(0, 8)}`;
    later = { name, id: await projectIn(source(), name) };
  }, 60_000);
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  }, 60_000);

  /** In the source; both clouds' are taken away at the end. */
  const flavor = async (fields: Partial<Parameters<NovaWriting['createFlavor']>[0]> = {}) => {
    const id = `${PREFIX}${randomUUID()}`;
    const described = (await writing(source()).knows('2.55')) ? { description: 'für Büro 3' } : {};
    const sizes = { vcpus: 2, ram: 128, disk: 1, swap: 64, rxtx_factor: 1.5, 'OS-FLV-EXT-DATA:ephemeral': 1 };
    const all = { id, name: id, ...sizes, 'os-flavor-access:is_public': true, ...described, ...fields };
    await writing(source()).createFlavor(all);
    await writing(source()).addExtraSpecs(id, { 'hw:cpu_policy': 'shared', 'quota:vif': 'ü' });
    undo.push(() => writing(source()).deleteFlavor(id));
    undo.push(() => writing(target()).deleteFlavor(id));
    return (await mover().read('flavor', id)) as Resource<FlavorAttributes>;
  };

  it('a flavor keeps its id and all that matters, and is made once', async () => {
    const wanted = await flavor();
    const made = await mover().make(wanted);
    expect(made).toEqual({ targetId: wanted.id, made: true });
    expect(await mover().differences(wanted, wanted.id)).toEqual([]);
    expect((await mover().readMade('flavor', wanted.id)).attributes).toEqual(wanted.attributes);
    expect(await mover().make(wanted)).toEqual({ ...made, isFound: true });
  });

  it('a flavor that is half done carries the mark of its origin and is completed', async () => {
    const wanted = await flavor();
    const { name, id, attributes } = wanted;
    const broken = mover();
    await writing(target()).createFlavor({
      ...{ id, name, vcpus: 2, ram: 128, disk: 1, swap: 64, rxtx_factor: 1.5 },
      ...{ 'OS-FLV-EXT-DATA:ephemeral': 1, 'os-flavor-access:is_public': attributes.isPublic },
      description: originDescription(broken.making(id).origin),
    });
    expect((await mover().readMade('flavor', id)).origin).toEqual({ ...broken.making(id).origin });
    expect(await mover().make(wanted)).toMatchObject({ targetId: id, made: true });
    expect((await mover().readMade('flavor', id)).attributes).toEqual(attributes);
  });

  it('a flavor that this run made is removed', async () => {
    const wanted = await flavor();
    const { targetId } = await mover().make(wanted);
    await mover().unmake(wanted, targetId);
    await mover().unmake(wanted, targetId);
    await expect(mover().readMade('flavor', targetId)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('a flavor of the same name under another id is taken for it when it is equal, and is in the way when it is not', async () => {
    const wanted = await flavor();
    const there = `${PREFIX}${randomUUID()}`;
    undo.push(() => writing(target()).deleteFlavor(there));
    const { vcpus, ramMib, diskGib, swapMib, rxtxFactor, ephemeralGib, isPublic, description, extraSpecs } =
      wanted.attributes;
    await writing(target()).createFlavor({
      ...{ id: there, name: wanted.name, vcpus, ram: ramMib, disk: diskGib, swap: swapMib, rxtx_factor: rxtxFactor },
      ...{ 'OS-FLV-EXT-DATA:ephemeral': ephemeralGib, 'os-flavor-access:is_public': isPublic, description },
    });
    await expect(mover().make(wanted)).rejects.toThrow(`has ${there} in its place`);
    await writing(target()).addExtraSpecs(there, extraSpecs);
    const match = await mover().correspondence.match(wanted);
    expect(match).toMatchObject({ how: 'same-key', id: there });
    expect(await mover().differences(wanted, there)).toEqual([]);
  });

  it('a private flavor lets in the tenants that are there, and those that come later when they come', async () => {
    const { id } = await flavor({ 'os-flavor-access:is_public': false });
    for (const project of [tenant.id, later.id]) await writing(source()).letIn(id, project);
    const wanted = await mover().read('flavor', id);
    await mover().make(wanted);
    expect(await target().compute.flavorAccess(id)).toEqual([tenant.targetId]);

    const laterThere = await projectIn(target(), later.name);
    const strangers = await projectIn(target(), `${PREFIX}stranger`);
    await writing(target()).letIn(id, strangers);
    const second = mover();
    const match = await second.correspondence.match(wanted);
    if (match === undefined) throw new Error('the flavor is not there');
    const inItsTerms = await second.correspondence.wanted(wanted);
    expect(compare(inItsTerms, match.resource).map(({ attribute }) => attribute)).toEqual(['accessProjectIds']);
    const { moving } = (await import('../../resources/compute/flavor.ts')).flavor;
    const change = await moving?.update?.(second.making(id), match.resource as never, inItsTerms as never);
    expect(new Set(await target().compute.flavorAccess(id))).toEqual(new Set([tenant.targetId, laterThere, strangers]));
    await moving?.revert?.(second.making(id), id, change ?? {});
    expect(new Set(await target().compute.flavorAccess(id))).toEqual(new Set([tenant.targetId, strangers]));
  });

  it('a keypair is made for the user that it belongs to, as it is, once, and is taken away again', async () => {
    const { user } = await source().whoAmI();
    const name = `${PREFIX}key ${randomUUID().slice(0, 8)}`;
    await writing(source()).createKeypair({ name, public_key: PUBLIC_KEY, type: 'ssh' }, undefined);
    undo.push(() => writing(source()).deleteKeypair(name, undefined));
    const wanted = await mover().read('keypair', keypairId(user.id, name));
    const { targetId, made } = await mover().make(wanted);
    undo.push(() => writing(target()).deleteKeypair(name, undefined));
    expect(made).toBe(true);
    expect(targetId).toBe(keypairId((await target().whoAmI()).user.id, name));
    expect(await mover().differences(wanted, targetId)).toEqual([]);
    expect((await mover().make(wanted)).targetId).toBe(targetId);
    await mover().unmake(wanted, targetId);
    await mover().unmake(wanted, targetId);
    await expect(mover().readMade('keypair', targetId)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it.each([
    ['anti-affinity', { max_server_per_host: 2 }],
    ['soft-affinity', {}],
  ])('a server group of policy %s belongs to its tenant there, with its rules, once', async (policy, rules) => {
    const name = `${PREFIX}group-${policy}`;
    const isNew = await writing(source()).knows('2.64');
    const mine = source().inProject(tenant.id);
    const id = await writing(mine).createServerGroup({
      name,
      policy: isNew ? policy : 'anti-affinity',
      rules: isNew ? rules : {},
    });
    undo.push(() => writing(source()).deleteServerGroup(id));
    const wanted = await mover().read('server-group', id);
    expect(wanted.attributes).toMatchObject(isNew ? { policy, rules } : {});
    const { targetId, made } = await mover().make(wanted);
    undo.push(() => writing(target()).deleteServerGroup(targetId));
    expect(made).toBe(true);
    expect(await mover().differences(wanted, targetId)).toEqual([]);
    expect((await mover().readMade('server-group', targetId)).projectId).toBe(tenant.targetId);
    expect(await mover().make(wanted)).toEqual({ targetId, made: true, isFound: true });
    await mover().unmake(wanted, targetId);
    await expect(mover().readMade('server-group', targetId)).rejects.toMatchObject({ kind: 'not-found' });
  });
}

const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIr7WTDiJ2JqjVYVdPj3wKOHjqKzLDIzbyTzAuPoVC4Z somebody@somewhere';
