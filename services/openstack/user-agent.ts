import { existsSync, readFileSync } from 'node:fs';

/** `pumphouse/<version>`; the package file stands two folders up from the source and three from the built code. */
export function userAgent(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  const manifest: unknown = file ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? `pumphouse/${String(manifest.version)}` : 'pumphouse';
}
