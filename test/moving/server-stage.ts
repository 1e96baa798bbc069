import { randomBytes } from 'node:crypto';
import type { CloudSettings } from '../../config/cloud-settings.ts';
import { keypairId } from '../../resources/compute/keypair.ts';
import { originProperties } from '../../resources/moving/origin.ts';
import { Cloud } from '../../services/openstack/cloud.ts';
import type { NovaServer } from '../../services/openstack/nova-shapes.ts';
import {
  type Furnished,
  makeImage,
  makeProject,
  makeUser,
  makeVolume,
  reached,
  removeServer,
} from './server-furnishings.ts';
import { serverWorker } from './server-worker.ts';
import type { Pair } from './stage.ts';

export const RUN = '00000000deadbeef';
/** Not that of the other tests: those sweep away whatever has it, also while these run. */
const PREFIX = 'moving-server-test-';

/** Ids of the same thing in both clouds. */
export interface Twin {
  readonly source: string;
  readonly target: string;
}

type Side = 'source' | 'target';
type Mapped = 'project' | 'user' | 'flavor' | 'image' | 'network' | 'subnet' | 'port' | 'volume' | 'keypair';

/** A tenant in both clouds as it is when its servers are about to move: all that they need is there. */
export class ServerStage {
  readonly word = `${PREFIX}${randomBytes(3).toString('hex')}`;
  readonly password = randomBytes(12).toString('hex');
  readonly #undo: (() => Promise<unknown>)[] = [];
  readonly #mappings: Record<string, Record<string, string>> = {};
  readonly #clouds: Record<Side, Cloud>;
  readonly #settings: Record<Side, CloudSettings>;
  readonly close: () => Promise<void>;
  project!: Twin;
  /** In the target, ann is a user that we made; bob was there before. */
  ann!: Twin;
  bob!: Twin;
  flavor!: Twin;
  image!: Twin;
  readonly networks: Twin[] = [];
  readonly subnets: Twin[] = [];

  static async open(pair: Pair): Promise<ServerStage> {
    const opened = await pair.open();
    const stage = new ServerStage(opened, opened.close);
    await stage.#furnish();
    return stage;
  }

  private constructor(settings: Record<Side, CloudSettings>, close: () => Promise<void>) {
    this.#settings = settings;
    this.#clouds = { source: new Cloud(settings.source), target: new Cloud(settings.target) };
    this.close = async () => {
      if (this.project !== undefined) await this.emptyTarget();
      for (const step of this.#undo.splice(0).reverse())
        await step().catch((error: unknown) => {
          if (!/404|not.found/i.test(String(error))) throw error;
        });
      for (const cloud of Object.values(this.#clouds)) cloud.close();
      await close();
    };
  }

  get source(): Cloud {
    return this.#clouds.source;
  }

  get target(): Cloud {
    return this.#clouds.target;
  }

  /** The tenant as the mover sees it: what is made belongs to the project. */
  member(side: Side): Cloud {
    return this.#clouds[side].inProject(this.project[side]);
  }

  as(side: Side, user: Twin): Cloud {
    const projectId = this.project[side];
    return this.#clouds[side].asUser({ userId: user[side], password: this.password, projectId });
  }

  /** Runs after the test section, last first. */
  later(step: () => Promise<unknown>): void {
    this.#undo.push(step);
  }

  /** From here on the one stands for the other. */
  map(type: Mapped | 'floating-ip' | 'server-group', twin: Twin): Twin {
    this.#mappings[type] = { ...this.#mappings[type], [twin.source]: twin.target };
    return twin;
  }

  /** A worker that has just started. */
  worker(options: { readonly run?: string; readonly mappings?: object } = {}) {
    const { run = RUN, mappings = {} } = options;
    const { source, target } = this.#settings;
    return serverWorker({ source, target, run, mappings: { ...this.#mappings, ...mappings }, password: this.password });
  }

  /** Two ports, one in each cloud, with the same MAC and IP address. */
  async port(index: number, lastByte: number): Promise<Twin> {
    const mac = `fa:16:3e:${randomBytes(3)
      .toString('hex')
      .replace(/..(?!$)/g, '$&:')}`;
    return this.map(
      'port',
      await this.both(async (side) => {
        const fixed_ips = [{ subnet_id: this.subnets[index]![side], ip_address: `10.77.${index}.${lastByte}` }];
        const port = { network_id: this.networks[index]![side], mac_address: mac, fixed_ips, name: this.word };
        return this.neutron(side, 'ports', { port: { ...port, project_id: this.project[side] } });
      }),
    );
  }

  async volume(): Promise<Twin> {
    return this.map(
      'volume',
      await this.both(async (side) => this.#keep(await makeVolume(this.member(side), this.word, this.image[side]))),
    );
  }

  async both(make: (side: Side) => Promise<string>): Promise<Twin> {
    return { source: await make('source'), target: await make('target') };
  }

  async serverGroup(): Promise<Twin> {
    const twin = await this.both(async (side) => {
      const { client } = this.member(side).compute;
      const group = { name: this.word, policies: ['anti-affinity'] };
      const made = await client.post<{ server_group: { id: string } }>('os-server-groups', { server_group: group });
      this.later(() => client.delete(`os-server-groups/${made.server_group.id}`));
      return made.server_group.id;
    });
    return this.map('server-group', twin);
  }

  /** Makes something with Neutron, and removes it in the end. */
  async neutron(side: Side, path: string, body: Record<string, object>): Promise<string> {
    const { client } = this.#clouds[side].network;
    const [key] = Object.keys(body);
    const { id } = (await client.post<Record<string, { id: string }>>(path, body))[key!]!;
    this.later(() => client.delete(`${path}/${id}`));
    return id;
  }

  /** A server of the source, ACTIVE. */
  async serverOf(user: Twin, server: object, hints: object = {}, microversion = '2.53' as const): Promise<string> {
    const { client } = this.as('source', user).compute;
    const named = { name: this.word, flavorRef: this.flavor.source, networks: 'none', ...server };
    const made = await client.post<{ server: { id: string } }>(
      'servers',
      { server: named, ...hints },
      { microversion: { upTo: microversion } },
    );
    const { id } = made.server;
    this.later(() => removeServer(this.source, id));
    await reached(this.source, id, 'ACTIVE');
    return id;
  }

  /** Servers that this tenant has in the target. */
  async servers(): Promise<readonly NovaServer[]> {
    const found: NovaServer[] = [];
    for await (const page of this.target.compute.servers({ projectId: this.project.target }, true)) found.push(...page);
    return found;
  }

  async emptyTarget(): Promise<void> {
    for (const { id } of await this.servers()) await removeServer(this.target, id);
  }

  async #furnish(): Promise<void> {
    this.project = this.map(
      'project',
      await this.both(async (side) => this.#keep(await makeProject(this.#clouds[side], this.word))),
    );
    this.ann = this.map(
      'user',
      await this.#user('ann', (id) => originProperties({ cloud: this.source.name, id, run: RUN })),
    );
    this.bob = this.map('user', await this.#user('bob', () => ({})));
    this.flavor = this.map('flavor', await this.both((side) => this.flavorOf(side, { ram: 64, disk: 1 })));
    this.image = this.map(
      'image',
      await this.both(async (side) => this.#keep(await makeImage(this.member(side), this.word))),
    );
    for (const index of [0, 1]) {
      const name = `${this.word}-${index}`;
      const network = await this.both((side) =>
        this.neutron(side, 'networks', { network: { name, project_id: this.project[side] } }),
      );
      this.networks.push(this.map('network', network));
      const subnet = (side: Side) => ({ network_id: network[side], ip_version: 4, cidr: `10.77.${index}.0/24` });
      const made = await this.both((side) =>
        this.neutron(side, 'subnets', { subnet: { ...subnet(side), name, project_id: this.project[side] } }),
      );
      this.subnets.push(this.map('subnet', made));
    }
  }

  async flavorOf(side: Side, size: { readonly ram: number; readonly disk: number }): Promise<string> {
    const { client } = this.#clouds[side].compute;
    const flavor = { name: `${this.word}-${size.ram}`, vcpus: 1, ...size };
    const { id } = (await client.post<{ flavor: { id: string } }>('flavors', { flavor })).flavor;
    this.later(() => client.delete(`flavors/${id}`));
    return id;
  }

  /** The same key of a user in both clouds. */
  async keyOf(user: Twin, name: string, publicKey: string): Promise<void> {
    await this.both(async (side) => {
      const { client } = this.as(side, user).compute;
      await client.post('os-keypairs', { keypair: { name, public_key: publicKey } });
      // Nova keeps the keys of users that exist no more.
      this.later(() => client.delete(`os-keypairs/${name}`));
      return '';
    });
    this.map('keypair', { source: keypairId(user.source, name), target: keypairId(user.target, name) });
  }

  async #keep({ id, remove }: Furnished): Promise<string> {
    this.later(remove);
    return id;
  }

  async #user(name: string, marks: (sourceId: string) => object): Promise<Twin> {
    const user = { name: `${this.word}-${name}`, password: this.password };
    const make = async (side: Side, more: object) =>
      this.#keep(await makeUser(this.#clouds[side], this.project[side], { ...user, ...more }));
    const source = await make('source', {});
    return { source, target: await make('target', marks(source)) };
  }
}
