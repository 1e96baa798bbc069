/** Jest's global tear-down: ends what `temporal-server.ts` started. */
export default async function endTemporal(): Promise<void> {
  const end: unknown = Reflect.get(globalThis, 'endTemporal');
  if (typeof end === 'function') await end();
}
