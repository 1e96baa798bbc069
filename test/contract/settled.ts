/** A cloud lives on while it is looked at: what one look says and the next does not was only in motion. */
const LOOKS = 3;

/** Runs a whole look, and again while it finds differences: those of the last one, for `expect(…).toEqual([])`. */
export async function settled(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  let differences: readonly string[] = [];
  for (let left = LOOKS; left > 0; left--) {
    differences = await look();
    if (differences.length === 0) break;
  }
  return differences;
}

/** What is in one list of ids and not in the other, as sentences; also ids that come twice. */
export function idDifferences(what: string, got: readonly string[], wanted: readonly string[]): string[] {
  const has = new Set(got);
  const wants = new Set(wanted);
  return [
    ...[...wants].filter((id) => !has.has(id)).map((id) => `${what} lacks ${id}`),
    ...[...has].filter((id) => !wants.has(id)).map((id) => `${what} has ${id} beyond what it should`),
    ...got.filter((id, index) => got.indexOf(id) !== index).map((id) => `${what} has ${id} twice`),
  ];
}
