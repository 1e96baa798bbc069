/** What a worker takes: `main` workflows and activities, `data` the activities that stream images and volumes. */
export const queueKinds = ['main', 'data'] as const;
export type QueueKind = (typeof queueKinds)[number];
