/** Heartbeats are not held back longer than this, so a shutdown or cancellation is heard within it. */
export const MAX_HEARTBEAT_INTERVAL_MS = 20_000;
/** Running activities get this long to finish before they are told to stop: longer than any heartbeat interval. */
export const SHUTDOWN_GRACE_MS = 30_000;
/** After this the process ends although an activity does not listen; Temporal tries it again elsewhere. */
export const SHUTDOWN_FORCE_MS = 45_000;
