/** Id of the workflow that keeps what runs between two clouds use together. Activities call it, so it is not among the workflows' ids. */
export function claimsId(source: string, target: string): string {
  return `claims/${source}/${target}`;
}
