/** Where a run can wait for a person. `switch-port`: to wire by hand; `park`: something failed where there is no way back. */
export const GATES = [
  'plan',
  'delete-source',
  'power-off',
  'switch-port',
  'reinstall',
  'source-not-empty',
  'park',
] as const;

export type GateName = (typeof GATES)[number];
