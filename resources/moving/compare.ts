import { isDeepStrictEqual } from 'node:util';
import { type Resource, ruleOf } from '../resource-type.ts';
import { resourceTypes } from '../resource-types.ts';
import { untold } from './untold.ts';

/**
 * An attribute that is not as wanted. Values are as the attribute has them, but of what may hold passwords (`untold` of its type);
 * absent means none.
 */
export interface Difference {
  /** `name`, `projectId` or an attribute's name. */
  readonly attribute: string;
  readonly wanted?: unknown;
  readonly found?: unknown;
}

/** What became of the attributes of a moved resource. */
export interface Fidelity {
  readonly kept: readonly string[];
  readonly changed: readonly Changed[];
  readonly lost: readonly Lost[];
}

export interface Changed extends Difference {
  readonly why: string;
}

export interface Lost {
  readonly attribute: string;
  readonly wanted?: unknown;
  readonly why: string;
}

export interface CompareOptions {
  /** Also what everyday work changes: whether a server runs. For what was just moved. */
  readonly withConditions?: boolean;
}

/**
 * Attribute by attribute, whether a resource of the target is what is wanted there. Both in the target's terms: a resource
 * of the source is translated first. Attributes whose rule is `state` are not compared.
 */
export function compare(wanted: Resource, found: Resource, options: CompareOptions = {}): readonly Difference[] {
  return differing(wanted, found, options).map((item) => told(wanted.type, item));
}

/** What the operator is told of a moved resource: lost is what the target has nothing of, changed what it has otherwise. */
export function fidelity(wanted: Resource, found: Resource, options: CompareOptions = {}): Fidelity {
  const differences = differing(wanted, found, options);
  const names = new Set(differences.map(({ attribute }) => attribute));
  const losses: Readonly<Record<string, string | undefined>> = resourceTypes[wanted.type].moving?.losses ?? {};
  const why = (attribute: string) => losses[attribute] ?? 'the target has it otherwise';
  const isLost = ({ wanted: value, found: instead }: Difference) => !isEmpty(value) && isEmpty(instead);
  return {
    kept: comparedAttributes(wanted, options).filter((attribute) => !names.has(attribute)),
    changed: differences
      .filter((item) => !isLost(item))
      .map((item) => ({ ...told(wanted.type, item), why: why(item.attribute) })),
    lost: differences.filter(isLost).map((item) => {
      const { attribute, wanted: value } = told(wanted.type, item);
      return { attribute, wanted: value, why: losses[attribute] ?? 'the target does not have it' };
    }),
  };
}

function differing(wanted: Resource, found: Resource, options: CompareOptions): readonly Difference[] {
  return comparedAttributes(wanted, options).flatMap((attribute) =>
    isKept(attribute, wanted, found) ? [] : [difference(attribute, wanted, found)],
  );
}

function told(type: Resource['type'], { attribute, ...values }: Difference): Difference {
  const names: object = resourceTypes[type].untold ?? {};
  return { attribute, ...(Object.hasOwn(names, attribute) ? untold(values) : values) };
}

function comparedAttributes({ type }: Resource, { withConditions = false }: CompareOptions): readonly string[] {
  const { rules: own, moving } = resourceTypes[type];
  const rules = Object.entries(own);
  const compared = rules.filter(([, rule]) => rule !== 'state' && (rule !== 'condition' || withConditions));
  const owner = moving?.isOwnerKept !== undefined ? ['projectId'] : [];
  return ['name', ...owner, ...compared.map(([attribute]) => attribute)];
}

function isKept(attribute: string, wanted: Resource, found: Resource): boolean {
  if (attribute === 'name') return wanted.name === found.name;
  const type = resourceTypes[wanted.type];
  if (attribute === 'projectId') return type.moving?.isOwnerKept?.(wanted, found) ?? true;
  // Attribute names come from the type's own rules.
  const own = type.moving?.isKept?.(attribute as never, wanted, found);
  if (own !== undefined) return own;
  const [left, right] = [attributeOf(attribute, wanted), attributeOf(attribute, found)];
  if (ruleOf(type, attribute) === 'set' && Array.isArray(left) && Array.isArray(right))
    return isDeepStrictEqual(inOrder(left), inOrder(right));
  return isDeepStrictEqual(left, right);
}

function difference(attribute: string, wanted: Resource, found: Resource): Difference {
  const [left, right] = [attributeOf(attribute, wanted), attributeOf(attribute, found)];
  return {
    attribute,
    ...(left === undefined ? {} : { wanted: left }),
    ...(right === undefined ? {} : { found: right }),
  };
}

function attributeOf(attribute: string, { name, projectId, attributes }: Resource): unknown {
  if (attribute === 'name') return name;
  if (attribute === 'projectId') return projectId;
  return (attributes as Readonly<Record<string, unknown>>)[attribute];
}

function inOrder(items: readonly unknown[]): readonly string[] {
  return items.map((item) => JSON.stringify(item)).sort();
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
