/** Sees every call of an activity before it is made, and may throw. What it returns is called when the activity has ended. */
export type Interference = (activity: string, request: Readonly<Record<string, unknown>>) => (() => void) | undefined;

type AnyActivity = (request: never) => Promise<unknown>;

export function disturbed<A extends Record<string, AnyActivity>>(
  activities: A,
  interfere: Interference | undefined,
): A {
  if (interfere === undefined) return activities;
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (request: never) => {
      const ended = interfere(name, request);
      try {
        return await activity(request);
      } finally {
        ended?.();
      }
    },
  ]);
  return Object.fromEntries(wrapped) as A;
}
