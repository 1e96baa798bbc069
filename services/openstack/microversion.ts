/** `2.73`: major and minor as Nova, Cinder, Keystone and Placement count them (api-sig microversion specification). */
export type Microversion = `${number}.${number}`;

export function parseMicroversion(text: string): Microversion | undefined {
  return /^\d+\.\d+$/.test(text) ? (text as Microversion) : undefined;
}

/** Negative when `a` is older than `b`, zero when equal. `2.9` is older than `2.10`. */
export function compareMicroversions(a: Microversion, b: Microversion): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
