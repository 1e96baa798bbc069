import { proxyActivities, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributeKeys } from '../../workflows/search-attributes.ts';

const { work } = proxyActivities<{ work(): Promise<string> }>({ startToCloseTimeout: '1 minute' });

/** Does one thing and gives its answer. */
export const oneActivity = (): Promise<string> => work();

/** Sets every search attribute of ours to `value`. */
export async function setAllSearchAttributes(value: string): Promise<void> {
  upsertSearchAttributes(searchAttributeKeys.map((key) => ({ key, value })));
}
