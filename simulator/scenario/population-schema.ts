import { z } from 'zod';

const networkSchema = z.strictObject({
  name: z.string().min(1),
  cidr: z.string().default('10.0.0.0/24'),
  dns: z.array(z.string()).default([]),
  shared: z.boolean().default(false),
  /** Behind the tenant's router, which has a gateway to the public network if there is one. */
  router: z.boolean().default(true),
});

const volumeSchema = z.strictObject({
  name: z.string().min(1),
  sizeGib: z.number().int().min(1).default(1),
  type: z.string().default('__DEFAULT__'),
  bootable: z.boolean().default(false),
  metadata: z.record(z.string(), z.string()).default({}),
  snapshots: z.array(z.string()).default([]),
});

const serverSchema = z.strictObject({
  name: z.string().min(1),
  flavor: z.string(),
  /** Name of an image; without one it boots from its first volume. */
  image: z.string().optional(),
  networks: z.array(z.strictObject({ name: z.string(), address: z.string().optional() })).default([]),
  securityGroups: z.array(z.string()).default(['default']),
  volumes: z.array(z.string()).default([]),
  keypair: z.string().optional(),
  host: z.string().optional(),
  status: z.enum(['ACTIVE', 'SHUTOFF', 'PAUSED', 'SUSPENDED', 'SHELVED_OFFLOADED', 'ERROR']).default('ACTIVE'),
  locked: z.boolean().default(false),
  metadata: z.record(z.string(), z.string()).default({}),
  tags: z.array(z.string()).default([]),
  description: z.string().optional(),
  userData: z.string().optional(),
  configDrive: z.boolean().default(false),
  floatingIp: z.boolean().default(false),
});

const name = z.string().min(1).max(255);

const imageSchema = z.strictObject({
  name,
  sizeBytes: z
    .number()
    .int()
    .min(0)
    .default(256 * 1024),
  visibility: z.enum(['public', 'private', 'shared', 'community']).default('private'),
  diskFormat: z.string().default('raw'),
  minDisk: z.number().int().min(0).default(0),
  minRam: z.number().int().min(0).default(0),
  protected: z.boolean().default(false),
  hidden: z.boolean().default(false),
  tags: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.string()).default({}),
});

const flavorSchema = z.strictObject({
  name,
  id: z.string().optional(),
  vcpus: z.number().int().min(1).default(1),
  ram: z.number().int().min(0).default(256),
  disk: z.number().int().min(0).default(1),
  ephemeral: z.number().int().min(0).default(0),
  swap: z.number().int().min(0).default(0),
  extraSpecs: z.record(z.string(), z.string()).default({}),
  /** Names of the tenants that have it; public without. */
  tenants: z.array(name).optional(),
});

const userSchema = z.strictObject({
  name,
  password: z.string().default('secret'),
  roles: z.array(z.string()).min(1).optional(),
  email: z.string().optional(),
  enabled: z.boolean().default(true),
  keypairs: z.array(name).default([]),
});

const ruleSchema = z.strictObject({
  direction: z.enum(['ingress', 'egress']).default('ingress'),
  protocol: z.string().optional(),
  ports: z.tuple([z.number().int(), z.number().int()]).optional(),
  cidr: z.string().optional(),
  /** Another group of the tenant. */
  group: z.string().optional(),
});

const tenantSchema = z.strictObject({
  name,
  description: z.string().default(''),
  enabled: z.boolean().default(true),
  domain: z.string().default('Default'),
  tags: z.array(z.string()).default([]),
  users: z.array(userSchema).default([]),
  quotas: z
    .strictObject({
      compute: z.record(z.string(), z.number().int()).default({}),
      network: z.record(z.string(), z.number().int()).default({}),
      volume: z.record(z.string(), z.number().int()).default({}),
    })
    .prefault({}),
  securityGroups: z.array(z.strictObject({ name, rules: z.array(ruleSchema).default([]) })).default([]),
  networks: z.array(networkSchema).default([]),
  images: z.array(imageSchema).default([]),
  volumes: z.array(volumeSchema).default([]),
  servers: z.array(serverSchema).default([]),
});

/** What fills one cloud. Things refer to each other by name, within their tenant first. */
export const populationSchema = z.strictObject({
  flavors: z.array(flavorSchema).default([]),
  images: z.array(imageSchema).default([]),
  publicNetwork: z
    .strictObject({ name: name.default('public'), cidr: z.string().default('203.0.113.0/24') })
    .optional(),
  tenants: z.array(tenantSchema).default([]),
});
export type Population = z.input<typeof populationSchema>;
export type Filling = z.output<typeof populationSchema>;
export type Tenant = Filling['tenants'][number];

export type NetworkFilling = z.output<typeof networkSchema>;
export type VolumeFilling = z.output<typeof volumeSchema>;
export type ServerFilling = z.output<typeof serverSchema>;
