import { afterAll, describe, expect, test } from '@jest/globals';
import { EVACUATION_DEFAULTS } from '../../planning/evacuation-policy.ts';
import type { EvacuationStep } from '../../planning/evacuation-way.ts';
import { planEvacuation } from '../../planning/plan-evacuation.ts';
import { leave } from '../../resources/compute/evacuation/leave.ts';
import { departureOf } from '../../resources/compute/evacuation/leaving.ts';
import { surveyHost } from '../../resources/compute/evacuation/survey.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import { NovaHosts } from '../../services/openstack/nova-hosts.ts';
import { labCloud, withZed } from './lab-clouds.ts';

const LONGEST_MS = 120_000;

await withZed(() => {
  const source = new Cloud(labCloud('zed', 'source'));
  afterAll(() => source.close());

  const planned = async (host: string, to: string | undefined) =>
    planEvacuation(await surveyHost(source, host, to), to, EVACUATION_DEFAULTS);

  const computes = async () => {
    const services = await new NovaHosts(source.compute.client).services({ binary: 'nova-compute' });
    return services.filter(({ status, state }) => status === 'enabled' && state === 'up').map(({ host }) => host);
  };

  /** A server of this status, on a host that another enabled one could take it from. */
  async function oneThatIs(status: string) {
    const [first, second] = await computes();
    if (first === undefined || second === undefined) throw new Error('the lab’s source needs two enabled computes');
    for (const [host, to] of [
      [first, second],
      [second, first],
    ] as const) {
      const { instances } = await planned(host, to);
      const found = instances.find((instance) => instance.status === status);
      if (found !== undefined) return { ...found, host, to };
    }
    throw new Error(`the lab’s source has no server that is ${status}: run lab/lab seed`);
  }

  async function bring(id: string, to: string, step: EvacuationStep) {
    const { departure, name } = await departureOf(source, id);
    let asked = 0;
    const left = await leave(
      source,
      { id, name, step, departure },
      {
        to,
        storage: 'auto',
        memory: {},
        onMemory: () => {
          asked += 1;
        },
        onSight: () => undefined,
        signal: AbortSignal.timeout(LONGEST_MS),
        cancelled: new AbortController().signal,
      },
    );
    expect(asked).toBeGreaterThan(0);
    const { 'OS-EXT-STS:vm_state': vmState, 'OS-EXT-STS:power_state': powerState } = await source.compute.server(id);
    expect({ vmState, powerState }).toEqual({ vmState: departure.vmState, powerState: departure.powerState });
    return left;
  }

  describe('An instance of the lab', () => {
    test.each([
      { status: 'ACTIVE', step: 'live' },
      { status: 'ACTIVE', step: 'cold' },
      { status: 'PAUSED', step: 'live' },
      { status: 'SHUTOFF', step: 'cold' },
    ] as const)(
      'that is $status leaves its host by $step migration, as it was, and comes back',
      async ({ status, step }) => {
        const { id, host, to } = await oneThatIs(status);
        try {
          expect(await bring(id, to, step)).toEqual({ kind: 'moved', host: to });
        } finally {
          if ((await departureOf(source, id)).departure.host !== host) await bring(id, host, step);
        }
        expect((await departureOf(source, id)).departure.host).toBe(host);
      },
      3 * LONGEST_MS,
    );

    test('is known with the way that it would go, and with the room that Placement tells', async () => {
      const [host = ''] = await computes();
      const { instances, targets, life, obstacles } = await planned(host, undefined);
      expect({ life, obstacles }).toEqual({ life: 'up', obstacles: [] });
      expect(targets.every(({ ramMib, diskGib }) => ramMib > 0 && diskGib > 0)).toBe(true);
      for (const { status, way } of instances)
        if (['SUSPENDED', 'ERROR', 'VERIFY_RESIZE'].includes(status)) expect(way.steps).toEqual([]);
        else if (status === 'SHUTOFF') expect(way.steps).toEqual(['cold']);
    });

    test('goes nowhere that is not there', async () => {
      const [host = ''] = await computes();
      const { obstacles } = await planned(host, 'no-such-host');
      expect(obstacles).toEqual(['source has no compute host no-such-host']);
    });
  });
});
