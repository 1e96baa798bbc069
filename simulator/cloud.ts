import { VolumeState } from './cinder/state.ts';
import type { Clock } from './clock.ts';
import { ImageState } from './glance/state.ts';
import { IdentityState, type Project } from './keystone/state.ts';
import { NetworkState } from './neutron/state.ts';
import { NovaNetworkState } from './nova/nova-network-state.ts';
import { ComputeState } from './nova/state.ts';
import { type CloudOptions, type CloudSettings, cloudOptionsSchema, type ServiceName } from './options.ts';
import { PlacementState } from './placement-state.ts';
import { Random } from './random.ts';

/** All that one simulated cloud is. Tests may look into it and change it; the APIs show the same state. */
export class Cloud {
  readonly settings: CloudSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity = new IdentityState();
  readonly nova = new ComputeState();
  readonly novaNetwork = new NovaNetworkState();
  readonly neutron = new NetworkState();
  readonly glance = new ImageState();
  readonly cinder = new VolumeState();
  readonly placement = new PlacementState();
  /** Where it listens; known when it does. */
  publicUrl = '';
  adminUrl = '';

  constructor(options: CloudOptions, seed: string | number, clock: Clock) {
    this.settings = cloudOptionsSchema.parse(options);
    this.clock = clock;
    this.random = new Random(`${seed}/${this.settings.name}`);
  }

  get name(): string {
    return this.settings.name;
  }

  /** What `WWW-Authenticate` names. */
  get wwwAuthenticateUri(): string {
    return `${this.publicUrl}/identity${this.settings.identity === 'v2.0' ? '' : '/v3'}`;
  }

  get tenantNetworkType(): string {
    return this.settings.release === 'pike' ? 'vlan' : 'vxlan';
  }

  /** Whether it has the service at all. */
  has(service: ServiceName): boolean {
    if (service === 'network' && this.settings.network === 'nova-network') return false;
    return !this.settings.without.some((name) => name === service);
  }

  addProject(given: Pick<Project, 'name' | 'description' | 'enabled'> & Partial<Project>): Project {
    const domainId = given.domainId ?? 'default';
    return this.identity.projects.add({
      id: this.random.id32(),
      domainId,
      parentId: domainId,
      tags: [],
      extra: {},
      ...given,
    });
  }

  /** Keystone tells nobody: what the project owns elsewhere stays behind, as on the real clouds. */
  removeProject(id: string): void {
    const { identity } = this;
    identity.projects.remove(id);
    for (const row of identity.assignments.where('target', id)) identity.assignments.remove(row.id);
    for (const row of identity.applicationCredentials.filter((credential) => credential.projectId === id)) {
      identity.applicationCredentials.remove(row.id);
    }
  }

  removeUser(id: string): void {
    const { identity } = this;
    identity.users.remove(id);
    for (const row of identity.assignments.where('actor', id)) identity.assignments.remove(row.id);
    for (const row of identity.applicationCredentials.where('user', id)) identity.applicationCredentials.remove(row.id);
    for (const group of identity.groups.where('member', id)) {
      identity.groups.change(group, { memberIds: group.memberIds.filter((member) => member !== id) });
    }
  }

  removeGroup(id: string): void {
    this.identity.groups.remove(id);
    for (const row of this.identity.assignments.where('actor', id)) this.identity.assignments.remove(row.id);
  }

  removeRole(id: string): void {
    this.identity.roles.remove(id);
    for (const row of this.identity.assignments.filter((assignment) => assignment.roleId === id)) {
      this.identity.assignments.remove(row.id);
    }
    for (const row of this.identity.implications.filter((rule) => rule.priorId === id || rule.impliedId === id)) {
      this.identity.implications.remove(row.id);
    }
  }

  /** With all that lives in it. */
  removeDomain(id: string): void {
    const inside = (row: { readonly domainId: string | null }): boolean => row.domainId === id;
    for (const row of this.identity.projects.filter(inside)) this.removeProject(row.id);
    for (const row of this.identity.users.filter(inside)) this.removeUser(row.id);
    for (const row of this.identity.groups.filter(inside)) this.removeGroup(row.id);
    this.identity.domains.remove(id);
  }
}
