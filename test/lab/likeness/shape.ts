/** What is at one path of many answers: `servers[].flavor.vcpus` is a number in each. */
interface Seen {
  readonly kinds: ReadonlySet<string>;
  readonly count: number;
}

export type Shape = ReadonlyMap<string, Seen>;

/** Maps with keys of an operator's choice: what is in them is nobody's format. */
const FREE = /(^|\.)(metadata|extra_specs|addresses|properties|binding:profile|volume_image_metadata|options|rules)$/;

export function shapeOf(answers: readonly unknown[]): Shape {
  const shape = new Map<string, { kinds: Set<string>; count: number }>();
  const visit = (path: string, value: unknown): void => {
    const seen = shape.get(path) ?? { kinds: new Set<string>(), count: 0 };
    seen.kinds.add(kindOf(value));
    seen.count++;
    shape.set(path, seen);
    if (Array.isArray(value)) for (const item of value) visit(`${path}[]`, item);
    else if (typeof value === 'object' && value !== null && !FREE.test(path))
      for (const [key, inner] of Object.entries(value)) visit(path === '' ? key : `${path}.${key}`, inner);
  };
  for (const answer of answers) visit('', answer);
  return shape;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

export interface LikenessOptions {
  /** Images: an operator's own keys stand beside the API's, which every real one has. */
  readonly ownKeys?: boolean;
}

/**
 * What the real answers have and the simulated ones lack or have of another kind. A kind of value that the real ones
 * have sometimes (null, say) the simulated ones need not have; a kind that the real ones never have, they must not.
 */
export function unlike(real: Shape, simulated: Shape, { ownKeys = false }: LikenessOptions = {}): string[] {
  const found: string[] = [];
  for (const [path, { kinds, count }] of real) {
    const parent = path.replace(/(\.?[^.[\]]+|\[\])$/, '');
    const got = simulated.get(path);
    if (got === undefined) {
      const sometimes = ownKeys && count < (real.get(parent)?.count ?? 0);
      // Below a list or object that came empty nothing can be told.
      if (!path.endsWith('[]') && simulated.has(parent) && !sometimes) found.push(`lacks ${path}`);
      continue;
    }
    const strange = [...got.kinds].filter((kind) => !kinds.has(kind) && kind !== 'null' && !onlyNull(kinds));
    if (strange.length > 0) found.push(`${path} is ${strange.join(', ')}, really ${[...kinds].join(', ')}`);
  }
  return found;
}

/** A field that the real cloud happens to have empty everywhere says nothing of its kind. */
function onlyNull(kinds: ReadonlySet<string>): boolean {
  return kinds.size === 1 && kinds.has('null');
}

/** The first of each make: items with the same keys and kinds of value are read once. */
export function oneOfEach<T extends object>(items: readonly T[]): readonly T[] {
  const makes = new Map<string, T>();
  for (const item of items) {
    // What an image is open to decides what may be asked of it.
    const entries = Object.entries(item).map(([key, value]) => [
      key,
      kindOf(value),
      value === '' || (key === 'visibility' && value),
    ]);
    const make = JSON.stringify(entries);
    if (!makes.has(make)) makes.set(make, item);
  }
  return [...makes.values()];
}
