import type { CloudSettings } from '../../../config/index.ts';
import { isApiError } from '../../api-error.ts';
import type { PortVlans } from '../../switch/index.ts';
import type {
  Deployment,
  DeploymentProgress,
  Environment,
  NetworkVerification,
  NodeLayout,
  ProvisionedNode,
  Provisioner,
  Readiness,
  ReadinessOptions,
} from '../provisioner.ts';
import { fuelError } from './answer.ts';
import { deployNode } from './deploy-node.ts';
import { deploymentNow } from './deployment-now.ts';
import { layOutNode } from './lay-out-node.ts';
import { messagesSince, newestMessage } from './messages.ts';
import { verify, vlansOf } from './networks.ts';
import { asNode, hasRoles, macsOf, normalMac } from './nodes.ts';
import { readinessOf } from './readiness.ts';
import { FuelSession } from './session.ts';
import type { FuelCluster, FuelNode } from './shapes.ts';

/** Fuel's Nailgun, from 6.0 to 9.2: https://docs.openstack.org/fuel-docs/ */
export class FuelProvisioner implements Provisioner {
  readonly #fuel: FuelSession;

  constructor(cloud: CloudSettings) {
    this.#fuel = new FuelSession(cloud);
  }

  async version(): Promise<string> {
    return `Fuel ${await this.#fuel.release()}`;
  }

  async environment(name?: string): Promise<Environment> {
    const clusters = await this.#fuel.get<readonly FuelCluster[]>('clusters');
    const known = clusters.map((cluster) => cluster.name).join(', ') || 'none';
    const [only, ...others] = name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name);
    if (only !== undefined && others.length === 0) return { id: String(only.id), name: only.name, status: only.status };
    throw fuelError(this.#fuel.call('GET', 'clusters'), {
      kind: 'configuration',
      reason:
        name === undefined
          ? `which environment is not said; Fuel has ${known}`
          : `there is no environment ${JSON.stringify(name)}; Fuel has ${known}`,
      hint: 'set transfer.environment',
    });
  }

  async nodes(environmentId?: string): Promise<readonly ProvisionedNode[]> {
    const query = environmentId === undefined ? '' : `?cluster_id=${integer(environmentId)}`;
    return (await this.#fuel.get<readonly FuelNode[]>(`nodes${query}`)).map(asNode);
  }

  async node(nodeId: string): Promise<ProvisionedNode> {
    return asNode(await this.#node(nodeId));
  }

  async nodesByMac(macs: readonly string[]): Promise<readonly ProvisionedNode[]> {
    const wanted = new Set(macs.map(normalMac));
    const all = await this.#fuel.get<readonly FuelNode[]>('nodes');
    return all.filter((node) => macsOf(node).some((mac) => wanted.has(mac))).map(asNode);
  }

  async readiness(environmentId: string, roles: readonly string[], given: ReadinessOptions = {}): Promise<Readiness> {
    return readinessOf(this.#fuel, await this.#cluster(environmentId), roles, given);
  }

  async assign(
    environmentId: string,
    nodeId: string,
    { hostname, roles }: { readonly hostname?: string; readonly roles: readonly string[] },
  ): Promise<void> {
    const node = await this.#node(nodeId);
    if (String(node.cluster) === environmentId && hasRoles(node, roles)) return;
    const path = `clusters/${integer(environmentId)}/assignment`;
    if (node.cluster !== null)
      throw fuelError(this.#fuel.call('POST', path), {
        kind: 'conflict',
        reason: `node ${nodeId} (${node.name}) belongs to environment ${node.cluster} already, as ${[...node.roles, ...node.pending_roles].join(', ') || 'nothing'}`,
      });
    // The name can be changed only now; what is sent back whole would be refused for its nulls.
    if (hostname !== undefined && (node.name !== hostname || (node.hostname != null && node.hostname !== hostname)))
      await this.#fuel.send('PUT', `nodes/${integer(nodeId)}`, {
        name: hostname,
        ...(node.hostname === undefined ? {} : { hostname }),
      });
    // Not by writing pending_roles: those are not checked against what the release knows.
    await this.#fuel.send('POST', path, [{ id: Number(nodeId), roles }]);
  }

  async layOut(environmentId: string, nodeId: string, layout: NodeLayout): Promise<void> {
    await layOutNode(this.#fuel, await this.#cluster(environmentId), integer(nodeId), layout);
  }

  async portVlans(environmentId: string, nodeId: string, adminVlan: number, mac?: string): Promise<PortVlans> {
    return vlansOf(this.#fuel, await this.#cluster(environmentId), integer(nodeId), { adminVlan, mac });
  }

  async verifyNetworks(environmentId: string, nodeId: string, signal?: AbortSignal): Promise<NetworkVerification> {
    return verify(this.#fuel, await this.#cluster(environmentId), integer(nodeId), signal);
  }

  async deploy(environmentId: string, nodeId: string): Promise<Deployment> {
    return deployNode(this.#fuel, integer(environmentId), integer(nodeId));
  }

  progress(deployment: Deployment): Promise<DeploymentProgress> {
    return deploymentNow(this.#fuel, deployment);
  }

  async release(environmentId: string, nodeId: string): Promise<void> {
    const node = await this.#node(nodeId).catch((error: unknown) => {
      if (!isApiError(error, 'not-found')) throw error;
    });
    if (node === undefined || node.cluster === null) return;
    const path = `clusters/${integer(environmentId)}/unassignment`;
    // Any other node would only be marked, and wiped by whoever deploys next.
    const isUntouched = node.status === 'discover' && node.roles.length === 0;
    if (String(node.cluster) !== environmentId || !isUntouched)
      throw fuelError(this.#fuel.call('POST', path), {
        kind: 'conflict',
        reason: `node ${nodeId} (${node.name}) is ${node.status} in environment ${node.cluster}: it is not taken out of it`,
      });
    await this.#fuel.send('POST', path, [{ id: Number(nodeId) }]);
  }

  newestMessage(): Promise<number> {
    return newestMessage(this.#fuel);
  }

  messages(
    since: number,
    about: { readonly nodeId?: string; readonly environmentId?: string },
  ): Promise<readonly string[]> {
    return messagesSince(this.#fuel, since, about);
  }

  close(): void {
    this.#fuel.close();
  }

  #node(nodeId: string): Promise<FuelNode> {
    return this.#fuel.get<FuelNode>(`nodes/${integer(nodeId)}`);
  }

  #cluster(environmentId: string): Promise<FuelCluster> {
    return this.#fuel.get<FuelCluster>(`clusters/${integer(environmentId)}`);
  }
}

/** Anything else in an address is answered with 500. */
function integer(id: string): string {
  if (/^\d+$/.test(id)) return id;
  throw fuelError(
    { cloud: '', method: '', path: '' },
    { kind: 'invalid', reason: `${JSON.stringify(id)} is no id of Fuel, which are numbers` },
  );
}
