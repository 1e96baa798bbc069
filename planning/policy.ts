import type { ResourceTypeName } from '../resources/resource-type.ts';

export type OnConflict = 'fail' | 'adopt-if-equal' | 'adopt' | 'skip';
export type OnError = 'retry' | 'compensate' | 'skip';
export type ServerStrategy = 'image' | 'snapshot' | 'volume';

/** How resources of a type are moved, with nothing left open. */
export interface TypePolicy {
  readonly select: 'all' | 'none' | readonly string[];
  readonly onConflict: OnConflict;
  readonly onError: OnError;
  readonly concurrency: number;
}

export interface ServerPolicy extends TypePolicy {
  /** Of servers with a disk on their host; those that boot from a volume move with it. */
  readonly strategy: Exclude<ServerStrategy, 'volume'>;
  /** How many are moved at once away from one host of the source. */
  readonly perHost: number;
  /** How long a guest may take to shut down before it is switched off. */
  readonly stopTimeoutMs: number;
}

export type MovePolicy = { readonly [T in Exclude<ResourceTypeName, 'server'>]: TypePolicy } & {
  readonly server: ServerPolicy;
};
