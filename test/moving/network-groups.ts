import { expect, test } from '@jest/globals';
import { Reader } from '../../resources/reader.ts';
import type { Resource } from '../../resources/resource-type.ts';
import { resourceTypes } from '../../resources/resource-types.ts';
import { isApiError } from '../../services/openstack/index.ts';
import { markedIn, type NetworkStage } from './network-stage.ts';
import { PREFIX, type Stage } from './stage.ts';

const { moving } = resourceTypes['security-group'];

/** Security groups: rules, groups that name each other, the group that every project has by nature. */
export function securityGroupCases(stage: Stage, there: () => NetworkStage): void {
  const name = `${PREFIX}group`;

  async function group(rules: readonly object[], more: object = {}): Promise<string> {
    const [project_id] = there().projects[0]!;
    const id = await there().make('security_group', { name, description: 'web ü', project_id, ...more });
    for (const rule of rules)
      await there().make('security_group_rule', { security_group_id: id, direction: 'ingress', ...rule });
    return id;
  }

  async function removeDefaultEgress(id: string): Promise<void> {
    const { security_group_rules: rules } = await stage.source().network.securityGroup(id);
    for (const rule of rules)
      if (rule.direction === 'egress') await stage.source().network.write.remove('security_group_rule', rule.id);
  }

  test('a security group arrives with all its rules and no others, and leaves nothing when it is unmade', async () => {
    const id = await group([
      { protocol: 'tcp', port_range_min: 80, port_range_max: 80, remote_ip_prefix: '0.0.0.0/0', description: 'http ü' },
      { protocol: 'tcp', port_range_min: 1, port_range_max: 65535, remote_ip_prefix: '10.0.0.0/8' },
      { protocol: '47', remote_ip_prefix: '192.0.2.0/24' },
      { protocol: 'icmp', port_range_min: 8, port_range_max: 0, remote_ip_prefix: '192.0.2.0/24' },
      { ethertype: 'IPv6', protocol: 'udp', port_range_min: 53, port_range_max: 53, remote_ip_prefix: '2001:db8::/32' },
      {
        direction: 'egress',
        protocol: 'tcp',
        port_range_min: 25,
        port_range_max: 25,
        remote_ip_prefix: '192.0.2.25/32',
      },
    ]);
    await removeDefaultEgress(id);
    await there().make('security_group_rule', {
      security_group_id: id,
      direction: 'egress',
      protocol: 'udp',
      remote_group_id: id,
    });
    await stage.source().network.write.setTags('security_group', id, ['kept', 'ü tag']);
    const mover = there().mover();
    const resource = await mover.read('security-group', id);
    const made = await mover.make(resource);
    expect(made).toEqual({ targetId: expect.any(String), made: true });
    expect(await mover.differences(resource, made.targetId)).toEqual([]);
    const copy = await mover.readMade('security-group', made.targetId);
    expect(copy).toMatchObject({
      origin: { id, cloud: 'source' },
      attributes: { description: 'web ü', tags: ['kept', 'ü tag'] },
    });
    expect(await there().mover().make(resource)).toEqual(made);
    await mover.unmake(resource, made.targetId);
    expect(await left()).toEqual([]);
  });

  test('stateless groups stay stateless, where the source knows them', async () => {
    if (!(await stage.source().network.extensions()).has('stateful-security-group')) return;
    const id = await group([], { stateful: false });
    const mover = there().mover();
    const resource = await mover.read('security-group', id);
    const { targetId } = await mover.make(resource);
    expect((await mover.readMade('security-group', targetId)).attributes).toMatchObject({ stateful: false });
    await mover.unmake(resource, targetId);
  });

  test('a group that is lent to another project is lent to it in the target too', async () => {
    const id = await group([]);
    const [borrower, borrowerThere] = there().projects[1]!;
    const lent = { object_type: 'security_group', object_id: id, action: 'access_as_shared', target_tenant: borrower };
    try {
      await there().make('rbac_policy', lent);
    } catch (error) {
      // Neutron lends groups since Stein.
      if (isApiError(error, 'invalid', 'not-found')) return;
      throw error;
    }
    const mover = there().mover();
    const resource = await mover.read('security-group', id);
    const { targetId } = await mover.make(resource);
    expect((await there().mover().readMade('security-group', targetId)).attributes).toMatchObject({
      access: [{ action: 'access_as_shared', projectId: borrowerThere }],
    });
    expect(await mover.differences(resource, targetId)).toEqual([]);
    expect(await there().mover().make(resource)).toEqual({ targetId, made: true });
    await mover.unmake(resource, targetId);
    expect(await left()).toEqual([]);
  });

  test('one that was made and not completed is completed, not made again', async () => {
    const id = await group([{ protocol: 'tcp', port_range_min: 22, port_range_max: 22 }]);
    const mover = there().mover();
    const resource = await mover.read('security-group', id);
    await mover.correspondence.match(resource);
    const half = await moving!.create!(mover.making(id), { ...resource, projectId: there().projects[0]![1] });
    const seen = await mover.readMade('security-group', half);
    expect(seen).toMatchObject({ origin: { id }, attributes: { description: '', tags: [] } });
    const second = there().mover();
    expect(await second.make(resource)).toEqual({ targetId: half, made: true });
    expect(await second.differences(resource, half)).toEqual([]);
    await second.unmake(resource, half);
    expect(await left()).toEqual([]);
  });

  test('groups that let in each other’s members wait for each other, and are complete in the end', async () => {
    const one = await group([]);
    const other = await group([{ protocol: 'tcp', port_range_min: 1, port_range_max: 9, remote_group_id: one }], {
      name: `${name}-2`,
    });
    await there().make('security_group_rule', {
      security_group_id: one,
      direction: 'ingress',
      remote_group_id: other,
    });
    const mover = there().mover();
    const [left1, left2] = [await mover.read('security-group', one), await mover.read('security-group', other)];
    const first = await mover.make(left1);
    expect(first.waitsFor).toEqual({ type: 'security-group', id: other });
    const second = await there().mover().make(left2);
    expect(second.waitsFor).toBeUndefined();
    const third = await mover.make(left1);
    expect(third).toEqual({ targetId: first.targetId, made: true });
    expect(await mover.differences(left1, first.targetId)).toEqual([]);
    expect(await mover.differences(left2, second.targetId)).toEqual([]);
    await mover.unmake(left1, first.targetId);
    await mover.unmake(left2, second.targetId);
  });

  test('a group that was renamed in the target is known by its tag', async () => {
    const id = await group([]);
    const mover = there().mover();
    const resource = await mover.read('security-group', id);
    const { targetId } = await mover.make(resource);
    await stage.target().network.write.update('security_group', targetId, { name: `${name}-renamed` });
    expect(await there().mover().correspondence.match(resource)).toMatchObject({ how: 'made', id: targetId });
    await mover.unmake(resource, targetId);
  });

  test('the default group is added to and never cut down; what was added goes again, also after a second try', async () => {
    const [sourceProject, targetProject] = there().projects[1]!;
    const id = await defaultOf(stage.source(), sourceProject);
    const present = await defaultOf(stage.target(), targetProject);
    await there().make('security_group_rule', {
      security_group_id: id,
      direction: 'ingress',
      protocol: 'tcp',
      port_range_min: 22,
      port_range_max: 22,
      remote_ip_prefix: '192.0.2.0/24',
      description: 'ssh',
    });
    await there().makeThere('security_group_rule', {
      security_group_id: present,
      direction: 'ingress',
      protocol: 'tcp',
      port_range_min: 443,
      port_range_max: 443,
    });
    const mover = there().mover();
    const resource = await mover.read('security-group', id);
    expect(moving!.notCreated!(resource)).toMatchObject({ action: 'update' });
    await mover.correspondence.match(resource);
    const before = await mover.readMade('security-group', present);
    const { undo } = await update(resource);
    const after = await mover.readMade('security-group', present);
    expect(rulesOf(after)).toHaveLength(rulesOf(before).length + 1);
    expect(after.attributes).toMatchObject({ tags: [] });
    expect(await mover.differences(resource, present)).toEqual([]);
    const again = await update(resource);
    expect(again.undo).toEqual(undo);
    await moving!.revert!(mover.making(id), present, again.undo);
    expect(await mover.readMade('security-group', present)).toEqual(before);
    expect((await stage.target().network.securityGroup(present)).tags).toEqual([]);
  });

  async function update(resource: Resource) {
    const mover = there().mover();
    const match = await mover.correspondence.match(resource);
    expect(match).toMatchObject({ how: 'same-key' });
    const wanted = await mover.correspondence.wanted(resource);
    return { undo: await moving!.update!(mover.making(resource.id), match!.resource, wanted) };
  }

  function rulesOf({ attributes }: Resource): readonly unknown[] {
    return 'rules' in attributes && Array.isArray(attributes.rules) ? attributes.rules : [];
  }

  async function defaultOf(cloud: ReturnType<Stage['source']>, projectId: string): Promise<string> {
    for await (const page of cloud.network.securityGroups({ projectId }))
      for (const { id, name: called } of page) if (called === 'default') return id;
    throw new Error(`project ${projectId} has no default group`);
  }

  function left(): Promise<readonly string[]> {
    const ids = there().projects.map(([, id]) => id);
    return markedIn(new Reader(stage.target()), ids);
  }
}
