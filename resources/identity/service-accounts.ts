/** Users that services log in as, by their names in Devstack, Kolla, OpenStack-Ansible, Fuel, TripleO and the installation guides. */
const SERVICE_USERS: ReadonlySet<string> = new Set([
  ...[
    'aodh',
    'barbican',
    'blazar',
    'ceilometer',
    'cinder',
    'cinderv2',
    'cinderv3',
    'cloudkitty',
    'congress',
    'designate',
  ],
  ...[
    'ec2',
    'freezer',
    'glance',
    'glance-swift',
    'glare',
    'gnocchi',
    'heat',
    'heat-cfn',
    'heat_domain_admin',
    'heat_admin',
  ],
  ...[
    'ironic',
    'ironic-inspector',
    'keystone',
    'kuryr',
    'magnum',
    'manila',
    'manilav2',
    'masakari',
    'mistral',
    'monasca',
  ],
  ...['murano', 'neutron', 'nova', 'novav21', 'octavia', 'panko', 'placement', 'quantum', 'rally', 'sahara', 'senlin'],
  ...[
    'searchlight',
    'solum',
    'swift',
    'swift3',
    'tacker',
    'trove',
    'vitrage',
    'watcher',
    'zaqar',
    'zun',
    'fuel_stats_user',
  ],
]);

const ADMINS: ReadonlySet<string> = new Set(['admin']);

/** Projects that belong to the installation; `invisible_to_admin` is an old Devstack's. */
const SERVICE_PROJECTS: ReadonlySet<string> = new Set(['admin', 'service', 'services', 'invisible_to_admin']);
const HOMES: ReadonlySet<string> = new Set(['service', 'services']);

const SERVICE_DOMAINS: ReadonlySet<string> = new Set(['heat', 'heat_user_domain', 'heat_stack', 'magnum', 'service']);

export interface Account {
  readonly name: string;
  readonly domainId: string;
  /** Names of the projects that the user has a role in. */
  readonly projectNames: readonly string[];
}

/**
 * Whether a user belongs to the installation, which each cloud has its own of: moving one would let the source's services, or
 * its administrator, into the target. Only in the domain `default` does a name tell; a tenant may call its user `swift`.
 */
export function isServiceAccount({ name, domainId, projectNames }: Account): boolean {
  if (projectNames.length > 0 && projectNames.every((project) => HOMES.has(project))) return true;
  return domainId === 'default' && (SERVICE_USERS.has(name) || ADMINS.has(name));
}

/** Whether a project belongs to the installation. */
export function isServiceProject({ name, domainId }: { readonly name: string; readonly domainId: string }): boolean {
  return domainId === 'default' && SERVICE_PROJECTS.has(name);
}

/** Whether a domain belongs to the installation: Heat keeps the users of its stacks in one, Magnum those of its clusters. */
export function isServiceDomain({ name }: { readonly name: string }): boolean {
  return SERVICE_DOMAINS.has(name);
}
