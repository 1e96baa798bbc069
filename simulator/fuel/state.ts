import type { Clock } from '../clock.ts';
import type { FuelLink } from '../hardware/fuel-link.ts';
import type { Bond } from './bonds.ts';
import type { FuelSettings } from './options.ts';

export interface Nic {
  readonly id: number;
  readonly name: string;
  readonly mac: string;
  readonly pxe: boolean;
  readonly busInfo: string;
  networks: number[];
}

export interface Volume {
  readonly name: string;
  readonly size: number;
}

export interface Disk {
  readonly id: string;
  readonly name: string;
  /** MiB */
  readonly size: number;
  volumes: Volume[];
}

export interface Node {
  readonly id: number;
  name: string;
  hostname: string;
  status: string;
  online: boolean;
  cluster: number | null;
  roles: string[];
  pendingRoles: string[];
  pendingAddition: boolean;
  pendingDeletion: boolean;
  progress: number;
  errorType: string | null;
  /** No machine stands for it: a node that was deployed before the simulator began. */
  readonly isPaper: boolean;
  /** Its roles have been given to it once. */
  isDeployed: boolean;
  mac: string;
  ip: string;
  meta: Readonly<Record<string, unknown>>;
  nics: Nic[];
  bonds: readonly Bond[];
  disks: Disk[];
  /** By network, once they are deployed. */
  readonly addresses: Map<number, string>;
  labels: Record<string, unknown>;
  lastSeen: Date;
  checksum: unknown;
}

export interface Task {
  readonly id: number;
  readonly name: string;
  /** None for the removal of a node that was in none. */
  readonly cluster: number | null;
  readonly parent: number | null;
  status: 'pending' | 'running' | 'ready' | 'error';
  /** Up to 6.0 null until something has happened. */
  progress: number | null;
  message: string | null;
  result: unknown;
  /** From 9.0 on what has ended is hidden when another begins, and still among the transactions. */
  isHidden: boolean;
  isDry: boolean;
  /** What it is about, for whoever stops it. */
  nodes: readonly Node[];
  /** From 9.0 on, of a deployment. */
  history: DeploymentStep[];
  readonly startedAt: Date;
  endedAt: Date | null;
}

export interface DeploymentStep {
  readonly taskName: string;
  readonly nodeId: number;
  status: 'pending' | 'running' | 'ready' | 'error' | 'skipped';
}

export interface Network {
  readonly id: number;
  readonly name: string;
  cidr: string;
  vlan: number | null;
  ranges: readonly (readonly [string, string])[];
}

export interface Cluster {
  readonly id: number;
  name: string;
  status: string;
  readonly networks: Network[];
  vlanRange: readonly [number, number];
  /** What was changed since the last good deployment. */
  changes: Change[];
  /** `editable`, as it is answered. */
  attributes: Attributes;
  /** From 7.0 on, by which Fuel lays interfaces out itself; null: none. */
  networkTemplate: unknown;
  /** Up to 6.0 much is locked from then on. */
  wasDeployed: boolean;
}

export interface Change {
  readonly name: 'networks' | 'attributes' | 'disks' | 'interfaces';
  readonly node_id: number | null;
}

export type Attributes = Record<string, Record<string, Record<string, unknown> | undefined> | undefined>;

export interface Notification {
  readonly id: number;
  readonly topic: 'discover' | 'done' | 'error' | 'warning';
  readonly message: string;
  readonly cluster: number | null;
  readonly nodeId: number | null;
  status: 'unread' | 'read';
  readonly at: Date;
}

const ROLES = ['controller', 'compute', 'cinder', 'ceph-osd', 'mongo'];

/** One Fuel master. */
export class FuelState {
  readonly settings: FuelSettings;
  readonly clock: Clock;
  readonly link: FuelLink | undefined;
  readonly nodes: Node[] = [];
  readonly clusters: Cluster[] = [];
  tasks: Task[] = [];
  readonly notifications: Notification[] = [];
  /** What fails the next time, and with which words. */
  readonly failures = new Map<'provision' | 'deploy' | 'deletion', string>();
  #nextId = { node: 1, task: 1, nic: 1, network: 2, notification: 1, cluster: 1 };

  constructor(settings: FuelSettings, clock: Clock, link: FuelLink | undefined) {
    this.settings = settings;
    this.clock = clock;
    this.link = link;
  }

  get isOld(): boolean {
    return this.settings.version === '6.0';
  }

  /** Of its release. */
  get roles(): readonly string[] {
    return [...ROLES, this.isOld ? 'zabbix-server' : 'base-os'];
  }

  next(kind: 'node' | 'task' | 'nic' | 'network' | 'notification' | 'cluster'): number {
    const id = this.#nextId[kind];
    this.#nextId[kind] += 1;
    return id;
  }

  node(id: number): Node | undefined {
    return this.nodes.find((node) => node.id === id);
  }

  nodesOf(cluster: number): Node[] {
    return this.nodes.filter((node) => node.cluster === cluster);
  }

  notify(topic: Notification['topic'], message: string, about: { node?: Node; cluster?: number } = {}): void {
    const { node, cluster = node?.cluster ?? null } = about;
    const id = this.next('notification');
    const at = this.clock.now();
    this.notifications.push({ id, topic, message, cluster, nodeId: node?.id ?? null, status: 'unread', at });
  }

  running(cluster: number): Task[] {
    return this.tasks.filter(
      (task) => task.cluster === cluster && (task.status === 'running' || task.status === 'pending'),
    );
  }

  /** Begins a task. What has ended before is forgotten (6.0) or hidden: whoever still asks for it gets 404. */
  begin(name: string, cluster: number | null, parent: number | null = null): Task {
    if (parent === null) {
      const isEnded = (task: Task) => task.cluster === cluster && (task.status === 'ready' || task.status === 'error');
      if (this.isOld) this.tasks = this.tasks.filter((task) => !isEnded(task));
      else for (const task of this.tasks.filter(isEnded)) task.isHidden = true;
    }
    const status = this.isOld ? 'running' : 'pending';
    const progress = this.isOld ? null : 0;
    const task: Task = {
      id: this.next('task'),
      name,
      cluster,
      parent,
      status,
      progress,
      message: null,
      result: {},
      isHidden: false,
      isDry: false,
      nodes: [],
      history: [],
      startedAt: this.clock.now(),
      endedAt: null,
    };
    this.tasks.push(task);
    return task;
  }

  /** Unless the task has ended until then: who stops or deletes it stops what it would do. */
  later(task: Task, ms: number, then: () => void): void {
    this.clock.after(ms, () => {
      if (this.tasks.includes(task) && (task.status === 'running' || task.status === 'pending')) then();
    });
  }
}

export function noteChange(cluster: Cluster, name: Change['name'], nodeId: number | null): void {
  if (cluster.changes.some((change) => change.name === name && change.node_id === nodeId)) return;
  cluster.changes.push({ name, node_id: nodeId });
}

export function forgetChanges(state: FuelState, { id }: Node): void {
  for (const cluster of state.clusters) cluster.changes = cluster.changes.filter(({ node_id }) => node_id !== id);
}

/** Disks and networks as Fuel lays them out by itself when a node is assigned: public alone on the second interface. */
export function defaultLayout(node: Node, cluster: Cluster, roles: readonly string[]): void {
  const [first, second] = [node.nics.find(({ pxe }) => pxe) ?? node.nics[0], node.nics.find(({ pxe }) => !pxe)];
  for (const nic of node.nics) nic.networks = [];
  node.bonds = [];
  for (const network of cluster.networks) {
    const nic = network.name === 'public' ? (second ?? first) : first;
    nic?.networks.push(network.id);
  }
  for (const [index, disk] of node.disks.entries()) {
    const os = index === 0 ? Math.min(67_584, disk.size) : 0;
    const rest = roles.includes('compute') ? 'vm' : 'image';
    disk.volumes = [...(os > 0 ? [{ name: 'os', size: os }] : []), { name: rest, size: disk.size - os }];
  }
}
