import { expect, test } from '@jest/globals';
import { isApiError } from '../../services/api-error.ts';
import { compareMicroversions } from '../../services/openstack/microversion.ts';
import type { Stage } from './contract.ts';
import { LOOKALIKE, PREFIX, TWIN } from './fixture-names.ts';
import { computeShapes, quotaSet } from './shapes/compute.ts';
import { expectShapes } from './shapes/expect-shapes.ts';
import { shapeProblems } from './shapes/since.ts';
import { allOf } from './whole.ts';

/** Nova's calls. */
export function computeCalls({ subject, cloud, fixture }: Stage): void {
  const shapes = async () => computeShapes(await cloud().compute.client.maxMicroversion());

  test('Nova lists servers of every project and gives each by its id', async () => {
    const { compute } = cloud();
    const { server, oneServer } = await shapes();
    const all = await allOf(compute.servers({}, true));
    expectShapes('server', server, all);
    expectShapes('one server', oneServer, [await compute.server(fixture().ids.server ?? all[0]!.id)]);
  });

  test('Nova filters servers by project, by host and by name, read as it stands', async () => {
    const { compute } = cloud();
    const all = await allOf(compute.servers({}, true));
    const { id, tenant_id: projectId } = all[0]!;
    const ofProject = await allOf(compute.servers({ projectId }, true));
    expect(ofProject.map((server) => server.id)).toContain(id);
    expect(ofProject.every((server) => server.tenant_id === projectId)).toBe(true);
    const host = all.map((server) => server['OS-EXT-SRV-ATTR:host']).find((name) => name);
    const onHost = await allOf(compute.servers({ host: host! }, true));
    expect(onHost.length).toBeGreaterThan(0);
    expect(onHost.every((server) => server['OS-EXT-SRV-ATTR:host'] === host)).toBe(true);
    // nova-network's clouds have no servers of the suite's own.
    if (subject.expects.networking === 'nova-network') return;
    const named = async (name: string) => (await allOf(compute.servers({ name }, true))).map((server) => server.name);
    expect(await named(TWIN)).toEqual([TWIN, TWIN]);
    expect(await named(LOOKALIKE)).toEqual([LOOKALIKE]);
    expect(await named(PREFIX)).toEqual([]);
  });

  test('Nova tells a server’s volumes', async () => {
    const { compute } = cloud();
    const { volumeAttachment } = await shapes();
    const all = await allOf(compute.servers({}, true));
    const withVolumes = all.filter((server) => (server['os-extended-volumes:volumes_attached'] ?? []).length > 0);
    for (const server of [...withVolumes.slice(0, 3), ...all.slice(0, 1)]) {
      const attached = await compute.volumeAttachments(server.id);
      expect(shapeProblems('attachment', volumeAttachment, attached)).toEqual([]);
      expect(attached.map(({ volumeId }) => volumeId).sort()).toEqual(
        (server['os-extended-volumes:volumes_attached'] ?? []).map(({ id }) => id).sort(),
      );
    }
  });

  test('Nova lists flavors, public and private, and gives each with its extra specs and access', async () => {
    const { compute } = cloud();
    const { flavor } = await shapes();
    const id = fixture().ids.privateFlavor!;
    const all = await allOf(compute.flavors());
    expectShapes('flavor', flavor, all);
    expect(all.map((one) => one['os-flavor-access:is_public'])).toEqual(expect.arrayContaining([true, false]));
    expectShapes('one flavor', flavor, [await compute.flavor(id)]);
    expect(await compute.flavorExtraSpecs(id)).toEqual({ 'contract:spec': '1' });
    expect(await compute.flavorAccess(id)).toEqual([fixture().project.id]);
  });

  test('Nova lists the caller’s keypairs and another user’s', async () => {
    const { compute } = cloud();
    const { keypair } = await shapes();
    const own = await allOf(compute.keypairs());
    expectShapes('keypair', keypair, own);
    const name = `${PREFIX}key`;
    const one = await compute.keypair(name);
    expectShapes('one keypair', keypair, [one]);
    const { user } = await cloud().whoAmI();
    expect(one.user_id).toBe(user.id);
    expect(own.find((found) => found.name === name)?.fingerprint).toBe(one.fingerprint);
    const max = await compute.client.maxMicroversion();
    if (max !== undefined && compareMicroversions(max, '2.10') >= 0) {
      expect(await allOf(compute.keypairs(fixture().ids.user))).toEqual([]);
      expect((await compute.keypair(name, user.id)).public_key).toBe(one.public_key);
      return;
    }
    // Before 2.10 nobody sees another's keypairs, and the client says so instead of showing the caller's own.
    const refused = await allOf(compute.keypairs(fixture().ids.user)).catch((error: unknown) => error);
    expect(isApiError(refused, 'configuration')).toBe(true);
  });

  test('Nova lists server groups and gives each by its id', async () => {
    const { compute } = cloud();
    const { serverGroup } = await shapes();
    const all = await allOf(compute.serverGroups(true));
    expectShapes('server group', serverGroup, all);
    expectShapes('one server group', serverGroup, [await compute.serverGroup(fixture().ids.serverGroup!)]);
    const own = await allOf(compute.serverGroups(false));
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(own.map(({ id }) => id)));
  });

  test('Nova tells quotas and their defaults', async () => {
    const { compute } = cloud();
    const { id } = fixture().project;
    for (const ask of [() => compute.quotas(id), () => compute.defaultQuotas(id)]) {
      const set = await ask().catch((error: unknown) => error);
      // Pike asks Identity v3 whether the project exists; where only v2.0 answers, it knows none.
      if (subject.expects.identity === 'v2.0' && isApiError(set, 'invalid')) {
        expect(set.details.reason).toMatch(/is not a valid project/);
        continue;
      }
      expectShapes('quota set', quotaSet, [set]);
      expect(set).toMatchObject({ cores: expect.any(Number), instances: expect.any(Number), ram: expect.any(Number) });
    }
  });

  test('Nova lists hypervisors and compute services, each service with its hypervisor', async () => {
    const { compute } = cloud();
    const { hypervisor, computeService } = await shapes();
    const hypervisors = await allOf(compute.hypervisors());
    expectShapes('hypervisor', hypervisor, hypervisors);
    const services = await compute.computeServices();
    expectShapes('compute service', computeService, services);
    expect(services.map(({ host }) => host)).toEqual(
      expect.arrayContaining(hypervisors.map(({ service }) => service.host)),
    );
  });
}
