/**
 * Where a resource of the target came from, as Pumphouse writes it on everything that it makes: the map from source to
 * target can be read from the clouds alone, and what has no such mark is never removed.
 */
export interface Origin {
  /** The source, as `pumphouse.yaml` names it. */
  readonly cloud: string;
  /** The resource's id there. */
  readonly id: string;
  /** The run that made it: 16 hexadecimal digits. */
  readonly run: string;
}

const KEYS = { id: 'pumphouse_from', cloud: 'pumphouse_cloud', run: 'pumphouse_run' } as const;

/** Carries what of an id is too long for one tag: nova-network's ports are `SERVER/MAC`. */
const REST = 'pumphouse_rest';

/** Written on a server of the source whose move failed, where Nova takes no reasons for locks (before 2.73). */
export const FAILURE_KEY = 'pumphouse_failed';

/** Tags of Neutron have at most 60 characters, those of Keystone neither `/` nor `,`; in a description they stand between spaces. */
const LONGEST_VALUE = 60 - Math.max(...Object.values(KEYS).map((key) => key.length)) - 1;

/** As image properties, metadata of servers and volumes, and further attributes of Keystone's objects. */
export function originProperties(origin: Origin): Readonly<Record<string, string>> {
  return { [KEYS.id]: origin.id, [KEYS.cloud]: origin.cloud, [KEYS.run]: origin.run };
}

/** The property by which what was made of this resource is looked for. */
export function originProperty(id: string): Readonly<Record<string, string>> {
  return { [KEYS.id]: id };
}

/** As tags of Neutron and of Keystone's projects and domains. */
export function originTags({ id, cloud, run }: Origin): readonly string[] {
  const rest = id.slice(LONGEST_VALUE);
  return [
    originTag(id),
    ...(rest === '' ? [] : [`${REST}=${rest}`]),
    `${KEYS.cloud}=${tagValue(cloud)}`,
    `${KEYS.run}=${run}`,
  ];
}

/** The tag by which what was made of this resource is looked for. */
export function originTag(id: string): string {
  return `${KEYS.id}=${id.slice(0, LONGEST_VALUE)}`;
}

/** What a resource's own properties are, and where it came from. Those that we wrote are not its own. */
export function splitProperties<V>(properties: Readonly<Record<string, V>>): {
  readonly own: Readonly<Record<string, V>>;
  readonly origin?: Origin;
  /** Of a server: which move of it failed. */
  readonly failure?: string;
} {
  const { [KEYS.id]: id, [KEYS.cloud]: cloud, [KEYS.run]: run, [FAILURE_KEY]: failure, ...own } = properties;
  const told = typeof id === 'string' && typeof cloud === 'string' && typeof run === 'string';
  return {
    own: own as Readonly<Record<string, V>>,
    ...(told ? { origin: { id, cloud, run } } : {}),
    ...(typeof failure === 'string' ? { failure } : {}),
  };
}

/** The same for tags. */
export function splitTags(tags: readonly string[]): { readonly own: readonly string[]; readonly origin?: Origin } {
  const marks: Record<string, string> = {};
  const own = tags.filter((tag) => {
    const key = [...Object.values(KEYS), REST].find((name) => tag.startsWith(`${name}=`));
    if (key !== undefined) marks[key] = tag.slice(key.length + 1);
    return key === undefined;
  });
  const { [REST]: rest = '', ...parts } = marks;
  const { origin: told } = splitProperties(parts);
  const origin = told === undefined ? undefined : { ...told, id: told.id + rest };
  return origin === undefined ? { own } : { own, origin };
}

/**
 * As a description, for APIs that take tags only in a second call: what is made carries its mark from the first moment, and
 * gets its own description last.
 */
export function originDescription(origin: Origin): string {
  return originTags(origin).join(' ');
}

/** The origin that a description tells, of one that is not complete yet. */
export function originInDescription(description: string): Origin | undefined {
  return description.startsWith(`${KEYS.id}=`) ? splitTags(description.split(' ')).origin : undefined;
}

/** Whether the mark is of this resource of this cloud. Names that were too long for a tag are compared as written. */
export function comesFrom(origin: Origin | undefined, cloud: string, id: string): boolean {
  return origin !== undefined && origin.id === id && (origin.cloud === cloud || origin.cloud === tagValue(cloud));
}

function tagValue(text: string): string {
  return text.replace(/[/,\s]/g, '_').slice(0, LONGEST_VALUE);
}
