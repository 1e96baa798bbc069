import { Random } from '../random.ts';
import type { Population } from './population-schema.ts';

export interface GeneratorOptions {
  readonly seed?: string | number;
  /** Servers in all; 10 to 10,000 have been tried. */
  readonly instances: number;
  /** Unless told, one for every ten servers, at most 500. */
  readonly tenants?: number;
}

type Tenant = NonNullable<Population['tenants']>[number];
type Server = NonNullable<Tenant['servers']>[number];

const ROLES = ['web', 'db', 'cache', 'queue', 'build', 'mail'] as const;
const STATES = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'SHUTOFF', 'SHUTOFF', 'PAUSED', 'SUSPENDED'] as const;

/**
 * A population as real clouds have it, the same for the same seed: tenants of unequal size with the same private
 * range, stopped servers, volumes, floating addresses, private images and flavors, names in other scripts, locked ones.
 */
export function generate(options: GeneratorOptions): Population {
  const random = new Random(`generate/${options.seed ?? 1}`);
  const count = Math.max(1, options.tenants ?? Math.min(500, Math.ceil(options.instances / 10)));
  const sizes = shares(random, options.instances, count);
  const flavors: NonNullable<Population['flavors']> = [
    { name: 'm1.tiny', vcpus: 1, ram: 256, disk: 1 },
    { name: 'm1.small', vcpus: 1, ram: 1024, disk: 10, extraSpecs: { 'hw:cpu_policy': 'shared' } },
    { name: 'm1.medium', vcpus: 2, ram: 4096, disk: 40 },
    { name: 'm1.scratch', vcpus: 1, ram: 512, disk: 5, ephemeral: 5, swap: 64 },
  ];
  const privateOf = ['t0001', 't0002'].slice(0, count);
  flavors.push({
    name: 'x1.private',
    vcpus: 1,
    ram: 512,
    disk: 2,
    extraSpecs: { 'quota:cpu_shares': '512' },
    tenants: privateOf,
  });
  // Room for every router and floating address.
  const publicNetwork = { name: 'public', cidr: '198.18.0.0/16' };
  const images = ['cirros', 'debian', 'centos'].map((name, index) => ({
    name: `${name}-public`,
    visibility: 'public' as const,
    sizeBytes: 256 * 1024 * (index + 1),
    properties: { os_type: 'linux', os_distro: name },
  }));
  const tenants = sizes.map((size, index) => tenant(random, index + 1, size));
  return { flavors, images, publicNetwork, tenants };
}

/** A few large tenants and many small ones. */
function shares(random: Random, instances: number, count: number): number[] {
  const weights = Array.from({ length: count }, () => 0.2 + random.next() ** 3 * 5);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const sizes = weights.map((weight) => Math.floor((weight / sum) * instances));
  for (let left = instances - sizes.reduce((total, size) => total + size, 0), i = 0; left > 0; left--, i++) {
    const at = i % count;
    sizes[at] = (sizes[at] ?? 0) + 1;
  }
  return sizes;
}

function tenant(random: Random, number: number, size: number): Tenant {
  const name = `t${String(number).padStart(4, '0')}`;
  const admin = { name: `${name}-admin`, email: `${name}@example.org`, keypairs: [`${name}-key`] };
  const users = [admin, { name: `${name}-user` }];
  if (number % 7 === 0) users.push({ name: `${name}-gone` });
  const servers = Array.from({ length: size }, (_, index) => server(random, name, number, index + 1));
  const volumes = servers
    .flatMap((row) => row.volumes ?? [])
    .map((volume) => ({
      name: volume,
      sizeGib: 1 + random.int(3),
      bootable: volume.endsWith('-root'),
      snapshots: random.next() < 0.1 ? [`${volume}-snap`] : [],
    }));
  const big = Math.max(20, size * 2);
  return {
    name,
    description: number % 5 === 0 ? `Größe ${size}, テナント ${number}` : `Tenant ${number}`,
    tags: number % 3 === 0 ? ['gold'] : [],
    users,
    quotas: {
      compute: { instances: big, cores: big * 4, ram: big * 8192 },
      network: { port: big * 4, floatingip: big, security_group: 30 },
      volume: { volumes: big, gigabytes: big * 10 },
    },
    securityGroups: [
      { name: 'web', rules: [{ protocol: 'tcp', ports: [80, 443], cidr: '0.0.0.0/0' }, { protocol: 'icmp' }] },
      { name: 'db', rules: [{ protocol: 'tcp', ports: [5432, 5432], group: 'web' }] },
    ],
    // Every tenant has the same range, as tenants do.
    networks: [{ name: `${name}-net`, cidr: '10.0.0.0/16', dns: ['192.0.2.53'] }],
    images: [
      {
        name: `${name}-golden`,
        sizeBytes: 64 * 1024 * (1 + random.int(8)),
        tags: ['golden'],
        properties: { os_type: 'linux' },
      },
    ],
    volumes,
    servers,
  };
}

function server(random: Random, tenantName: string, number: number, index: number): Server {
  const role = random.pick(ROLES);
  const name = `${tenantName}-${role}-${index}`;
  const fromVolume = random.next() < 0.08;
  const volumes = [...(fromVolume ? [`${name}-root`] : []), ...(random.next() < 0.15 ? [`${name}-data`] : [])];
  const privateFlavor = number <= 2 && random.next() < 0.3;
  return {
    name,
    flavor: privateFlavor ? 'x1.private' : random.pick(['m1.tiny', 'm1.small', 'm1.small', 'm1.medium', 'm1.scratch']),
    ...(fromVolume
      ? {}
      : {
          image:
            random.next() < 0.3
              ? `${tenantName}-golden`
              : random.pick(['cirros-public', 'debian-public', 'centos-public']),
        }),
    networks: [{ name: `${tenantName}-net` }],
    securityGroups: ['default', ...(role === 'web' ? ['web'] : role === 'db' ? ['db'] : [])],
    volumes,
    keypair: `${tenantName}-key`,
    status: random.pick(STATES),
    locked: random.next() < 0.03,
    metadata: { role },
    tags: random.next() < 0.2 ? [role] : [],
    ...(random.next() < 0.3 ? { userData: `#cloud-config\nhostname: ${name}\n` } : {}),
    configDrive: random.next() < 0.1,
    floatingIp: role === 'web' && random.next() < 0.4,
  };
}
