import { z } from 'zod';
import type { Microversion } from '../../../services/openstack/microversion.ts';
import { id, nullableText, sinceFor, texts, time } from './since.ts';

/** What an admin is answered by Nova, field by field as `nova-shapes.ts` promises it. */
export function computeShapes(max: Microversion | undefined) {
  const since = sinceFor(max);
  const addresses = z.record(
    z.string(),
    z.array(
      z.object({
        addr: z.union([z.ipv4(), z.ipv6()]),
        version: z.union([z.literal(4), z.literal(6)]),
        'OS-EXT-IPS-MAC:mac_addr': z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
        'OS-EXT-IPS:type': z.enum(['fixed', 'floating']),
      }),
    ),
  );
  const bootedFlavor = z.object({
    original_name: z.string(),
    vcpus: z.int(),
    ram: z.int(),
    disk: z.int(),
    ephemeral: z.int(),
    swap: z.int(),
    extra_specs: texts.optional(),
  });
  const server = z.object({
    id,
    name: z.string(),
    status: z.string().regex(/^[A-Z_]+$/),
    tenant_id: id,
    user_id: id,
    created: time,
    updated: time,
    metadata: texts,
    image: z.union([z.literal(''), z.object({ id })]),
    flavor: since('2.47', bootedFlavor) instanceof z.ZodOptional ? z.object({ id }) : bootedFlavor,
    addresses,
    key_name: nullableText,
    config_drive: z.enum(['', 'True']),
    accessIPv4: z.string(),
    accessIPv6: z.string(),
    // Not told of a server that never reached a host.
    security_groups: z.array(z.object({ name: z.string() })).optional(),
    fault: z.object({ code: z.int(), message: z.string() }).optional(),
    'OS-DCF:diskConfig': z.enum(['MANUAL', 'AUTO']),
    'OS-EXT-AZ:availability_zone': z.string(),
    'OS-EXT-STS:vm_state': z.string(),
    'OS-EXT-STS:task_state': nullableText,
    'OS-EXT-STS:power_state': z.int(),
    'os-extended-volumes:volumes_attached': z.array(z.object({ id, delete_on_termination: since('2.3', z.boolean()) })),
    'OS-EXT-SRV-ATTR:host': nullableText,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': nullableText,
    'OS-EXT-SRV-ATTR:root_device_name': since('2.3', nullableText),
    'OS-EXT-SRV-ATTR:user_data': since('2.3', nullableText),
    'OS-EXT-SRV-ATTR:hostname': since('2.3', nullableText),
    locked: since('2.9', z.boolean()),
    description: since('2.19', nullableText),
    tags: since('2.26', z.array(z.string())),
    trusted_image_certificates: since('2.63', z.array(z.string()).nullable()),
    locked_reason: since('2.73', nullableText),
  });
  const flavor = z.object({
    id,
    name: z.string().min(1),
    vcpus: z.int(),
    ram: z.int(),
    disk: z.int(),
    swap: since('2.75', z.int()) instanceof z.ZodOptional ? z.union([z.int(), z.literal('')]) : z.int(),
    rxtx_factor: z.number(),
    'OS-FLV-EXT-DATA:ephemeral': z.int(),
    'OS-FLV-DISABLED:disabled': z.boolean(),
    'os-flavor-access:is_public': z.boolean(),
    description: since('2.55', nullableText),
    extra_specs: since('2.61', texts),
  });
  return {
    server,
    // Only a single server tells its groups.
    oneServer: server.extend({ server_groups: since('2.71', z.array(z.string())) }),
    flavor,
    volumeAttachment: z.object({
      volumeId: id,
      device: nullableText,
      tag: since('2.70', nullableText),
      delete_on_termination: since('2.79', z.boolean()),
    }),
    keypair: z.object({
      name: z.string().min(1),
      public_key: z.string().min(1),
      fingerprint: z.string().min(1),
      type: since('2.2', z.enum(['ssh', 'x509'])),
    }),
    serverGroup: z.object({
      id,
      name: z.string(),
      members: z.array(id),
      project_id: since('2.13', id),
      user_id: since('2.13', id),
      ...(since('2.64', z.string()) instanceof z.ZodOptional
        ? { policies: z.array(z.string()).length(1) }
        : { policy: z.string(), rules: z.record(z.string(), z.unknown()) }),
    }),
    hypervisor: z.object({
      id: since('2.53', id) instanceof z.ZodOptional ? z.int() : id,
      hypervisor_hostname: z.string(),
      host_ip: z.union([z.ipv4(), z.ipv6()]),
      state: z.enum(['up', 'down']),
      status: z.enum(['enabled', 'disabled']),
      hypervisor_type: z.string(),
      hypervisor_version: z.int(),
      service: z.object({ host: z.string(), disabled_reason: nullableText }),
      running_vms: z.int(),
      vcpus: z.int(),
      vcpus_used: z.int(),
      memory_mb: z.int(),
      memory_mb_used: z.int(),
      local_gb: z.int(),
      local_gb_used: z.int(),
    }),
    computeService: z.object({
      id: since('2.53', id) instanceof z.ZodOptional ? z.int() : id,
      host: z.string(),
      binary: z.literal('nova-compute'),
      zone: z.string(),
      state: z.enum(['up', 'down']),
      status: z.enum(['enabled', 'disabled']),
      disabled_reason: nullableText,
      updated_at: nullableText,
      forced_down: since('2.11', z.boolean()),
    }),
  };
}

/** Limits by name, beside the project's id in some services. */
export const quotaSet = z.record(z.string(), z.union([z.int(), z.string()]));
