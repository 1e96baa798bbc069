import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../resources/digest.ts';
import { look, type OneCloud, oneCloud } from './one-cloud.ts';

describe('volumes', () => {
  let one: OneCloud;

  beforeEach(async () => {
    one = await oneCloud(
      {},
      {
        tenants: ['acme', 'umbrella'].map((name) => ({
          name,
          users: [{ name: `${name}-user` }],
          volumes: [{ name: `${name}-data` }],
        })),
      },
    );
  });
  afterEach(() => one.close());

  const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name).sort();

  it('are listed where no Nova answers', async () => {
    one.simulator.faults.add({ service: 'compute', fault: { kind: 'status', status: 501 } });
    expect(names((await look(one.cloud, 'volume')).items)).toEqual(['acme-data', 'umbrella-data']);
  });

  it('are those of a plain user’s project, and a note says so', async () => {
    const member = one.as('acme-user', 'acme');
    const { items, notes } = await look(member, 'volume');
    expect(names(items)).toEqual(['acme-data']);
    expect(notes).toEqual(['acme-user is no admin of this cloud: only what project acme may see is listed']);
    const umbrella = one.simulated.state.identity.projects.where('name', 'umbrella')[0]!.id;
    expect((await look(member, 'volume', { projectId: umbrella })).items).toEqual([]);
  });

  it('have the same digest in whatever order their attachments are told', async () => {
    const { volumes } = one.simulated.state.cinder;
    const attachments = ['b', 'a'].map((serverId) => ({
      ...{ id: `at-${serverId}`, serverId, device: '/dev/vdb', host: 'c1', deleteOnTermination: false },
      attachedAt: new Date(0),
    }));
    const digest = async () => (await look(one.cloud, 'volume')).items.map(digestOf);
    volumes.change(volumes.all()[0]!, { attachments });
    const before = await digest();
    volumes.change(volumes.all()[0]!, { attachments: attachments.toReversed() });
    expect(await digest()).toEqual(before);
  });
});
