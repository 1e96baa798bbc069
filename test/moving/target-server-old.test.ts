import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wantedServer } from '../../resources/compute/boot-server.ts';
import { server } from '../../resources/compute/server.ts';
import { compare, fidelity } from '../../resources/moving/compare.ts';
import { Reader } from '../../resources/reader.ts';
import { startSimulator } from '../../simulator/index.ts';
import { simulatedSettings } from '../contract/simulated-settings.ts';
import { ServerStage } from './server-stage.ts';
import type { Pair } from './stage.ts';

const ACTIVE = { vmState: 'active', powerState: 'running', locked: false } as const;

/** A target as Mirantis deployed them: Nova of Mitaka ends at 2.25. */
const toMitaka: Pair = {
  title: 'from Zed to Mitaka, simulated',
  async open() {
    const durations = { buildMs: 20, deleteMs: 20, powerMs: 20, volumeMs: 20, attachMs: 20 };
    const simulator = await startSimulator({
      clouds: [
        { name: 'source', durations },
        { name: 'target', durations, release: 'pike', identity: 'both', computeMaxVersion: '2.25' },
      ],
    });
    return {
      source: simulatedSettings(simulator.cloud('source')),
      target: simulatedSettings(simulator.cloud('target')),
      close: () => simulator.close(),
    };
  },
};

describe('a server in an old target', () => {
  let stage: ServerStage;
  beforeAll(async () => {
    stage = await ServerStage.open(toMitaka);
  }, 60_000);
  afterAll(async () => stage.close());

  it('is made with what the target knows, and what it does not is said', async () => {
    const port = await stage.port(0, 20);
    const volume = await stage.volume();
    const image = { source_type: 'image', destination_type: 'local', uuid: stage.image.source, boot_index: 0 };
    const data = {
      source_type: 'volume',
      destination_type: 'volume',
      uuid: volume.source,
      boot_index: -1,
      tag: 'data',
    };
    const id = await stage.serverOf(stage.ann, {
      name: 'the first one',
      imageRef: stage.image.source,
      networks: [{ port: port.source, tag: 'uplink' }],
      block_device_mapping_v2: [
        { ...image, delete_on_termination: true },
        { ...data, delete_on_termination: true },
      ],
      description: 'blue',
      tags: ['blue'],
    });
    await stage.source.compute.client.put(`servers/${id}`, { server: { name: 'renamed' } });
    const worker = stage.worker();
    const request = worker.request(id);
    const { targetId, notes } = await worker.bootServer({ ...request, imageId: stage.image.target, former: ACTIVE });
    await worker.settleServer({ ...request, targetId, former: ACTIVE });
    expect(notes).toEqual([
      'the tags of its volumes are lost: the target is older than 2.42',
      'the tags of its interfaces are lost: the target is older than 2.42',
    ]);
    const source = await server.get(new Reader(stage.source), id);
    const found = await server.get(new Reader(stage.target), targetId);
    const wanted = await stage.worker().within(({ correspondence }) => wantedServer({ correspondence, source }));
    expect(compare(wanted, found).map(({ attribute }) => attribute)).toEqual(['tags']);
    expect(found).toMatchObject({ name: 'renamed', attributes: { hostname: 'the-first-one', description: 'blue' } });
    expect(fidelity(wanted, found).lost).toMatchObject([{ attribute: 'tags', why: expect.stringContaining('2.26') }]);
    const again = stage.worker();
    const second = await again.bootServer({ ...request, imageId: stage.image.target, former: ACTIVE });
    expect(second.targetId).toBe(targetId);
    await again.removeServer(request);
    expect(await stage.servers()).toEqual([]);
  }, 60_000);
});
