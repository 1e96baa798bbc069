/** The queues that workers listen on. Bulk copying has its own, so that data movers can stand where the network is fat. */
export const taskQueues = {
  /** Workflows and every activity that is not bulk copying. */
  main: 'pumphouse',
  /** Activities that stream image and volume data. */
  data: 'pumphouse-data',
} as const;
