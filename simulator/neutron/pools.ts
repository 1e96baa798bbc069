import { badRequest, conflict } from '../http/call.ts';
import { boolean, number, text, textOrNull, texts } from '../http/json.ts';
import { parseCidr } from './addresses.ts';
import { sees, share, sharedWith } from './rbac.ts';
import { type Kind, standard } from './resource.ts';
import type { AddressScope, SubnetPool } from './state.ts';

export const addressScopeKind: Kind<AddressScope> = {
  singular: 'address_scope',
  plural: 'address_scopes',
  path: 'address-scopes',
  missing: ['AddressScopeNotFound', (id) => `Address scope ${id} could not be found.`],
  table: (cloud) => cloud.neutron.addressScopes,
  attributes: {
    ip_version: { type: 'number', required: true, fixed: true },
    shared: { type: 'boolean', admin: true },
  },
  visible: (call, row) => sees(call.cloud, call.caller, row),
  view: (call, row) => ({
    id: row.id,
    name: row.name,
    tenant_id: row.project_id,
    shared: sharedWith(call.cloud, row.id, call.caller.projectId),
    ip_version: row.ip_version,
    project_id: row.project_id,
  }),
  create({ cloud }, given, projectId) {
    const version = number(given.ip_version) ?? 4;
    const row = cloud.neutron.addressScopes.add({ ...standard(cloud, given, projectId), ip_version: version });
    if (boolean(given.shared) === true) share(cloud, 'address_scope', row);
    return row;
  },
  update({ cloud }, row, given) {
    cloud.neutron.addressScopes.change(row, { name: text(given.name) ?? row.name });
  },
  remove({ cloud }, row) {
    if (cloud.neutron.subnetPools.find((pool) => pool.address_scope_id === row.id) === undefined) return;
    const message = `Unable to complete operation on address scope ${row.id}. There are one or more subnet pools in use on the address scope`;
    throw conflict(message, 'AddressScopeInUse');
  },
};

export const subnetPoolKind: Kind<SubnetPool> = {
  singular: 'subnetpool',
  plural: 'subnetpools',
  path: 'subnetpools',
  missing: ['SubnetPoolNotFound', (id) => `Subnet pool ${id} could not be found.`],
  table: (cloud) => cloud.neutron.subnetPools,
  quota: 'subnetpool',
  attributes: {
    prefixes: { type: 'list', required: true },
    default_quota: { type: 'number' },
    default_prefixlen: { type: 'number' },
    min_prefixlen: { type: 'number' },
    max_prefixlen: { type: 'number' },
    address_scope_id: { type: 'uuid' },
    is_default: { type: 'boolean', admin: true },
    shared: { type: 'boolean', admin: true },
    ip_version: { type: 'number', readOnly: true },
  },
  visible: (call, row) => sees(call.cloud, call.caller, row),
  view: (call, row) => ({
    id: row.id,
    name: row.name,
    tenant_id: row.project_id,
    prefixes: row.prefixes,
    default_quota: row.default_quota,
    min_prefixlen: String(row.min_prefixlen),
    address_scope_id: row.address_scope_id,
    ip_version: row.ip_version,
    shared: sharedWith(call.cloud, row.id, call.caller.projectId),
    is_default: row.is_default,
    max_prefixlen: String(row.max_prefixlen),
    default_prefixlen: String(row.default_prefixlen),
    description: row.description,
    tags: row.tags,
    created_at: row.created_at,
    updated_at: row.updated_at,
    revision_number: row.revision_number,
    project_id: row.project_id,
  }),
  create({ cloud }, given, projectId) {
    const prefixes = texts(given.prefixes);
    const first = parseCidr(prefixes[0] ?? '');
    if (first === undefined)
      throw badRequest('Illegal prefix bounds: prefixes must not be empty.', 'EmptySubnetPoolPrefixList');
    const min = number(given.min_prefixlen) ?? (first.version === 4 ? 8 : 64);
    const row = cloud.neutron.subnetPools.add({
      ...standard(cloud, given, projectId),
      prefixes,
      default_quota: number(given.default_quota) ?? null,
      default_prefixlen: number(given.default_prefixlen) ?? min,
      min_prefixlen: min,
      max_prefixlen: number(given.max_prefixlen) ?? first.bits,
      address_scope_id: textOrNull(given.address_scope_id),
      ip_version: first.version,
      is_default: boolean(given.is_default) ?? false,
    });
    if (boolean(given.shared) === true) share(cloud, 'subnetpool', row);
    return row;
  },
  update({ cloud }, row, given) {
    cloud.neutron.subnetPools.change(row, {
      name: text(given.name) ?? row.name,
      description: text(given.description) ?? row.description,
      prefixes: given.prefixes === undefined ? row.prefixes : texts(given.prefixes),
      address_scope_id:
        given.address_scope_id === undefined ? row.address_scope_id : textOrNull(given.address_scope_id),
    });
  },
  remove({ cloud }, row) {
    if (cloud.neutron.subnets.find((subnet) => subnet.subnetpool_id === row.id) === undefined) return;
    const message = `Unable to complete operation on subnet pool ${row.id}. Subnet pool has existing allocations.`;
    throw conflict(message, 'SubnetPoolInUse');
  },
};
