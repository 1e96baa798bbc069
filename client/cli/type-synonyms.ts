import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../../resources/resource-type.ts';

/** What people call the types: the words of old clouds, and plurals. */
export const TYPE_SYNONYMS: Readonly<Record<string, ResourceTypeName>> = {
  ...Object.fromEntries(
    RESOURCE_TYPE_NAMES.map((name) => [name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`, name]),
  ),
  tenant: 'project',
  tenants: 'project',
  instance: 'server',
  instances: 'server',
  secgroup: 'security-group',
  secgroups: 'security-group',
};
