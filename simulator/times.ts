/** The three ways in which the services write a time. */

/** `2026-11-22T18:24:45Z`: Nova, Neutron, Glance. */
export function seconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** `2026-11-22T18:24:45.000000`: Cinder, Nova's services and usage times. */
export function micros(date: Date): string {
  return `${date.toISOString().slice(0, 19)}.000000`;
}

/** `2026-11-22T18:24:45.000000Z`: Keystone. */
export function microsZulu(date: Date): string {
  return `${micros(date)}Z`;
}
