/** Id of the workflow that keeps what runs between two clouds use together. Activities call it, so it is not among the workflows' ids. */
export function claimsId(source: string, target: string): string {
  return `claims/${source}/${target}`;
}

/** Id of the workflow that knows how many instances are under way between two clouds. */
export function placesId(source: string, target: string): string {
  return `places/${source}/${target}`;
}
