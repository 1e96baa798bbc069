const MINUTE_MS = 60_000;
/** Slower than any link that one would move a cloud over; a stalled copy is noticed by its heartbeats, not by this. */
const SLOWEST_BYTES_A_MS = 1_024;
const GIB = 1024 ** 3;

/** How long copying so many bytes may take: a quarter of an hour and a second for each MiB. */
export function copyTimeMs(sizeBytes: number): number {
  return 15 * MINUTE_MS + Math.ceil(sizeBytes / SLOWEST_BYTES_A_MS);
}

/** The same for what the cloud itself copies: snapshots, volumes to and from images. */
export function diskTimeMs(sizeGib: number): number {
  return copyTimeMs(sizeGib * GIB);
}
