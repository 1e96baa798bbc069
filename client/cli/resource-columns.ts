import type { Resource, ResourceTypeName } from '../../resources/resource-type.ts';
import { type Column, column } from './output/column.ts';
import type { OutputSettings } from './output/settings.ts';

/** A resource with its tenant's name. */
export interface Listed {
  readonly resource: Resource;
  readonly tenant?: string;
}

const BASE = [
  column<Listed>('type', ({ resource }) => resource.type, { whole: true }),
  column<Listed>('id', ({ resource }) => resource.id, { whole: true }),
  column<Listed>('name', ({ resource }) => resource.name),
  column<Listed>('tenant', ({ tenant }) => tenant),
  column<Listed>('tenant_id', ({ resource }) => resource.projectId, { shown: 'long', whole: true }),
  column<Listed>('host', ({ resource }) => resource.host),
];
const ATTRIBUTES = column<Listed>('attributes', ({ resource }) => resource.attributes, { shown: 'long' });

export const RESOURCE_COLUMNS: readonly Column<Listed>[] = [
  ...BASE,
  column<Listed>('status', ({ resource }) => statusOf(resource)),
  ATTRIBUTES,
];

export interface Count {
  readonly type: ResourceTypeName;
  readonly tenant?: string;
  readonly count: number;
}

export const COUNT_COLUMNS: readonly Column<Count>[] = [
  column<Count>('type', ({ type }) => type, { whole: true }),
  column<Count>('tenant', ({ tenant }) => tenant, { shown: 'long' }),
  column<Count>('count', ({ count }) => count),
];

/**
 * The fields of one resource. Attributes keep the names that plans and reports use; JSON and YAML have them together, as
 * a list does, the others a line each.
 */
export function fieldsOf(resource: Resource, { format, column: asked }: OutputSettings): readonly Column<Listed>[] {
  if (asked.length === 0 && (format === 'json' || format === 'yaml')) return [...BASE, ATTRIBUTES];
  const names = Object.keys(resource.attributes);
  return [...BASE, ...names.map((name) => column<Listed>(name, (row) => attribute(row.resource, name)))];
}

function statusOf(resource: Resource): unknown {
  const enabled = attribute(resource, 'enabled');
  return (
    attribute(resource, 'status') ?? (typeof enabled === 'boolean' ? (enabled ? 'enabled' : 'disabled') : undefined)
  );
}

function attribute({ attributes }: Resource, name: string): unknown {
  return Object.entries(attributes).find(([key]) => key === name)?.[1];
}
