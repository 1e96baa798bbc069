import { type CloudRole, type CloudSettings, type Credentials, Secret } from '../../config/index.ts';
import { isApiError } from '../api-error.ts';
import type { NamedRef, WhoAmI } from './auth/login.ts';
import type { CatalogService } from './catalog.ts';
import { Cinder } from './cinder.ts';
import { createServiceClient } from './create-service-client.ts';
import { Glance } from './glance.ts';
import type { Keystone } from './keystone.ts';
import { KeystoneV2 } from './keystone-v2.ts';
import { KeystoneV3 } from './keystone-v3.ts';
import { Neutron } from './neutron.ts';
import { Nova } from './nova.ts';
import { NovaNetwork } from './nova-network.ts';
import { Placement } from './placement.ts';
import type { ServiceType } from './service-client.ts';
import { Session, type SessionOptions } from './session.ts';

/** Which service makes a cloud's networks: Neutron, or Nova itself in clouds older than Neutron. */
export type Networking = 'neutron' | 'nova-network' | 'none';

/**
 * One cloud: a session and the clients of its services. Nothing is sent before the first call. A client of a service
 * that the cloud lacks can be had but not used: every call is a `configuration` error; ask {@link Cloud.has} first.
 */
export class Cloud {
  readonly name: string;
  readonly role: CloudRole;
  readonly session: Session;
  readonly compute: Nova;
  readonly network: Neutron;
  readonly novaNetwork: NovaNetwork;
  readonly image: Glance;
  readonly volume: Cinder;
  readonly placement: Placement;
  readonly #settings: CloudSettings;
  #identity: Promise<Keystone> | undefined;
  #networking: Promise<Networking> | undefined;

  /** `session` is for {@link Cloud.inProject} and {@link Cloud.asUser}. */
  constructor(settings: CloudSettings, options: SessionOptions = {}, session = new Session(settings, options)) {
    this.#settings = settings;
    this.name = settings.name;
    this.role = settings.role;
    this.session = session;
    const compute = createServiceClient(this.session, 'compute');
    this.compute = new Nova(compute);
    this.novaNetwork = new NovaNetwork(compute);
    this.network = new Neutron(createServiceClient(this.session, 'network'));
    this.image = new Glance(createServiceClient(this.session, 'image'));
    this.volume = new Cinder(createServiceClient(this.session, 'block-storage'));
    this.placement = new Placement(createServiceClient(this.session, 'placement'));
  }

  whoAmI(): Promise<WhoAmI> {
    return this.session.whoAmI();
  }

  /** The project that the login is scoped to. */
  async project(): Promise<NamedRef | undefined> {
    const { scope } = await this.whoAmI();
    return scope.kind === 'project' ? scope.project : undefined;
  }

  has(service: ServiceType): Promise<boolean> {
    return this.session.has(service);
  }

  services(): Promise<readonly CatalogService[]> {
    return this.session.services();
  }

  /** Keystone, in v3's shapes whichever version answers. */
  identity(): Promise<Keystone> {
    return remember(
      this.#identity,
      (kept) => {
        this.#identity = kept;
      },
      async () => {
        const { identityVersion } = await this.whoAmI();
        const open = createServiceClient(this.session, 'identity');
        if (identityVersion === 'v3') return new KeystoneV3(open);
        const admin = createServiceClient(this.session, 'identity', { interface: 'admin' });
        return new KeystoneV2({ public: open, admin });
      },
    );
  }

  networking(): Promise<Networking> {
    return remember(
      this.#networking,
      (kept) => {
        this.#networking = kept;
      },
      () => this.#findNetworking(),
    );
  }

  /** The same cloud with the same credentials, logged in to another project; connections are shared. */
  inProject(projectId: string): Cloud {
    return new Cloud(this.#settings, {}, this.session.scopedTo({ projectId }));
  }

  /** The same cloud as one of its users sees it, logged in with the user's own password; connections are shared. */
  asUser(user: { readonly userId: string; readonly password: string; readonly projectId: string }): Cloud {
    const { userId, password, projectId } = user;
    const credentials: Credentials = { kind: 'password', user: { id: userId }, password: new Secret(password) };
    const settings: CloudSettings = {
      ...this.#settings,
      credentials,
      scope: { kind: 'project', project: { id: projectId } },
    };
    return new Cloud(settings, {}, this.session.loggedInAs(credentials, { projectId }));
  }

  /** Closes the connections. */
  close(): void {
    this.session.close();
  }

  /** Nova answers `os-networks` also as a proxy for Neutron, nearly empty: the catalogue decides first. */
  async #findNetworking(): Promise<Networking> {
    if (await this.has('network')) return 'neutron';
    if (!(await this.has('compute'))) return 'none';
    try {
      await this.compute.client.get('os-floating-ip-pools');
      return 'nova-network';
    } catch (error) {
      // 404: Nova since Stein has no networks of its own; 501: switched off.
      if (isApiError(error, 'not-found', 'invalid', 'forbidden', 'unavailable')) return 'none';
      throw error;
    }
  }
}

/** What `find` gives, once; a failure is not kept. */
function remember<T>(
  known: Promise<T> | undefined,
  keep: (promise: Promise<T> | undefined) => void,
  find: () => Promise<T>,
): Promise<T> {
  if (known !== undefined) return known;
  const found = find();
  keep(found);
  found.catch(() => keep(undefined));
  return found;
}
