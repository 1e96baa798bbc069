/** `1 instance`, `3 instances`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A time limit, never told shorter than it is: `5 s`, `2 min`. */
export function limitText(limitMs: number): string {
  return limitMs < 60_000 ? `${Math.ceil(limitMs / 1000)} s` : `${Math.ceil(limitMs / 60_000)} min`;
}

/** `3.2 GiB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}

/** What is known of the bytes that a plan copies: those of images, and how large disks could be at the most. */
export function copyText({
  sizeBytes,
  imageBytes,
}: {
  readonly sizeBytes: number;
  readonly imageBytes: number;
}): string {
  const diskBytes = sizeBytes - imageBytes;
  const images = `${sizeText(imageBytes)} of images`;
  const disks = `disks of ${sizeText(diskBytes)} at most, if all were full`;
  if (sizeBytes === 0) return 'nothing to copy';
  if (diskBytes === 0) return `to copy: ${images}`;
  return `to copy: ${imageBytes === 0 ? '' : `${images}, and `}${disks}`;
}
