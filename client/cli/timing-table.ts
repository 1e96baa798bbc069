import type { CallTiming } from '../../services/openstack/index.ts';
import { renderTable } from './output/table.ts';

const HEADINGS = ['Cloud', 'Service', 'Call', 'Status', 'Milliseconds', 'Bytes'];

const LONGEST_CALL = 100;

/** The table of `--timing`, with a line for all calls together. */
export function timingTable(timings: readonly CallTiming[]): string {
  const rows = timings.map(({ cloud, service, method, path, status, durationMs, sizeBytes }) => [
    cloud,
    service,
    shortened(`${method} ${path}`),
    status,
    Math.round(durationMs),
    sizeBytes,
  ]);
  const sum = (pick: (timing: CallTiming) => number) =>
    Math.round(timings.reduce((total, each) => total + pick(each), 0));
  const total = ['', '', `${timings.length} calls`, undefined, sum((t) => t.durationMs), sum((t) => t.sizeBytes)];
  return renderTable(
    HEADINGS.map((heading) => ({ heading, whole: true })),
    [...rows, total],
    undefined,
  );
}

/** Nova and Neutron are asked for many ids at once: nobody reads them here. */
function shortened(call: string): string {
  return call.length <= LONGEST_CALL ? call : `${call.slice(0, LONGEST_CALL)}…`;
}
