/** A project's limits with their use, as Nova, Neutron and Cinder tell it; beside them stands the project's id. */
export type QuotaDetails = Readonly<Record<string, string | QuotaDetail>>;

interface QuotaDetail {
  readonly limit: number;
  /** Nova and Cinder. */
  readonly in_use?: number;
  /** Neutron. */
  readonly used?: number;
  readonly reserved?: number;
}

/** By limit, what is taken and what is spoken for. */
export function quotaUseOf(details: QuotaDetails): Readonly<Record<string, number>> {
  const uses = Object.entries(details).flatMap(([name, detail]) =>
    typeof detail === 'string' ? [] : [[name, (detail.in_use ?? detail.used ?? 0) + (detail.reserved ?? 0)] as const],
  );
  return Object.fromEntries(uses);
}
