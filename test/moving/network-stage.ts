import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Reader } from '../../resources/reader.ts';
import type { Cloud } from '../../services/openstack/index.ts';
import type { NeutronKind } from '../../services/openstack/neutron-writing.ts';
import { identityAdmin } from '../contract/fixture-identity.ts';
import { type Mover, type MoverOptions, onEach, type Pair, type Stage } from './stage.ts';

/** Two tenants in both clouds, and what of the networks of the source they have. */
export interface NetworkStage {
  readonly stage: Stage;
  /** Ids of the tenants' projects: of the source, of the target. */
  readonly projects: readonly (readonly [source: string, target: string])[];
  /** The source's external network and the target's: the same L2, so the same range. */
  readonly external: readonly [source: string, target: string];
  mover(options?: MoverOptions): Mover;
  /** Makes something in the source; its id. */
  make(kind: NeutronKind, body: object): Promise<string>;
  /** In the target, as somebody there would who is not us. */
  makeThere(kind: NeutronKind, body: object): Promise<string>;
  close(): Promise<void>;
}

export const EXTERNAL = { name: 'public', cidr: '198.51.100.0/24' };

/** Runs sections of tests with tenants of their own on each pair of clouds. */
export function onEachWithTenants(pairs: readonly Pair[], what: string, ...sections: readonly Section[]): void {
  onEach(pairs, what, (stage) => {
    // Nested, so that the tenants are removed before the clouds are closed.
    for (const section of sections) describe('in tenants', () => section(stage, withNetworks(stage)));
  });
}

export type Section = (stage: Stage, there: () => NetworkStage) => void;

function withNetworks(stage: Stage): () => NetworkStage {
  let opened: NetworkStage | undefined;
  beforeAll(async () => {
    opened = await networkStage(stage);
  }, 120_000);
  afterAll(async () => opened?.close(), 120_000);
  return () => {
    if (opened === undefined) throw new Error('the tenants could not be made: see the first failure');
    return opened;
  };
}

async function networkStage(stage: Stage): Promise<NetworkStage> {
  const undo: (() => Promise<unknown>)[] = [];
  const make = (cloud: Cloud) => async (kind: NeutronKind, body: object) =>
    (await cloud.network.write.create(kind, { ...body })).id;
  const [source, target] = [stage.source(), stage.target()];
  const word = randomBytes(4).toString('hex');
  const projects: [string, string][] = [];
  // Other sections remove all projects that are called as theirs.
  for (const name of [`moving-network-${word}-a`, `moving-network-${word}-b`]) {
    const [here, there] = [await makeProject(source, name), await makeProject(target, name)];
    projects.push([here.id, there.id]);
    undo.push(here.remove, there.remove);
  }
  const external = [await externalOf(source), await externalOf(target)] as const;
  const project = Object.fromEntries(projects);
  return {
    stage,
    projects,
    external,
    mover: (options = {}) => stage.mover({ ...options, mappings: { project, ...options.mappings } }),
    make: make(source),
    makeThere: make(target),
    async close() {
      for (const step of undo.splice(0).reverse()) await step();
    },
  };
}

async function makeProject(cloud: Cloud, name: string) {
  const client = await identityAdmin(cloud);
  const v3 = (await cloud.whoAmI()).identityVersion === 'v3';
  const [path, key] = v3 ? ['projects', 'project'] : ['tenants', 'tenant'];
  const { id } = (await client.post<Record<string, { id: string }>>(path, { [key]: { name } }))[key]!;
  return {
    id,
    async remove() {
      if ((await cloud.networking()) === 'neutron') await sweep(cloud, id);
      await client.delete(`${path}/${id}`);
    },
  };
}

/** The cloud's external network; a simulated one that has none gets it, flat as a real one. */
async function externalOf(cloud: Cloud): Promise<string> {
  for await (const page of cloud.network.networks({ external: true })) for (const { id } of page) return id;
  const { id } = await cloud.network.write.create('network', {
    name: EXTERNAL.name,
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'public',
  });
  await cloud.network.write.create('subnet', {
    name: 'public-subnet',
    network_id: id,
    ip_version: 4,
    cidr: EXTERNAL.cidr,
    gateway_ip: '198.51.100.1',
    enable_dhcp: false,
    allocation_pools: [{ start: '198.51.100.10', end: '198.51.100.250' }],
  });
  return id;
}

/** All that a tenant has, also what a test that failed has left. */
async function sweep({ network }: Cloud, projectId: string): Promise<void> {
  const { write } = network;
  for await (const page of network.floatingIps({ projectId }))
    for (const { id } of page) await write.remove('floatingip', id);
  for await (const page of network.routers({ projectId }))
    for (const { id } of page) {
      await write.update('router', id, { routes: [] });
      for (const port of await network.portsOfDevices([id], 'network:router_interface'))
        await write.removeInterface(id, port.id);
      await write.remove('router', id);
    }
  for await (const page of network.ports({ projectId })) for (const { id } of page) await write.remove('port', id);
  for await (const page of network.networks({ projectId }))
    for (const { id } of page) await write.remove('network', id);
  for await (const page of network.securityGroups({ projectId }))
    for (const { id } of page) await write.remove('security_group', id);
}

/** Everything of the target that carries a mark of the source's tenants, by type: what a run that was undone must leave empty. */
export async function markedIn(target: Reader, projectIds: readonly string[]): Promise<readonly string[]> {
  const { network } = target.cloud;
  const left: string[] = [];
  for (const projectId of projectIds)
    for (const [kind, pages] of [
      ['network', network.networks({ projectId })],
      ['subnet', network.subnets({ projectId })],
      ['port', network.ports({ projectId })],
      ['router', network.routers({ projectId })],
      ['floating-ip', network.floatingIps({ projectId })],
      ['security-group', network.securityGroups({ projectId })],
    ] as const)
      for await (const page of pages as AsyncIterable<readonly { id: string; name?: string }[]>)
        for (const { id, name } of page)
          if (!(kind === 'security-group' && name === 'default')) left.push(`${kind} ${name ?? ''} ${id}`);
  return left;
}
