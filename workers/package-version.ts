import { existsSync, readFileSync } from 'node:fs';

/** Our version; the package file stands one folder up from the source and two from the built code. */
export function packageVersion(): string {
  const file = ['../package.json', '../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  const manifest: unknown = file ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}
