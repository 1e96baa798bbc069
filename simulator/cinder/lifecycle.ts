import type { Cloud } from '../cloud.ts';
import type { Snapshot, Volume } from './state.ts';

/** Sets a state now and the next when its time has come, unless something else has happened to the volume by then. */
export function passVolume(
  cloud: Cloud,
  row: Volume,
  status: string,
  delayMs: number,
  settle: (row: Volume) => Partial<Volume>,
): void {
  cloud.cinder.volumes.change(row, { status });
  cloud.clock.after(delayMs, () => {
    if (cloud.cinder.volumes.get(row.id) !== row || row.status !== status) return;
    cloud.cinder.volumes.change(row, { updatedAt: cloud.clock.now(), ...settle(row) });
  });
}

export function passSnapshot(cloud: Cloud, row: Snapshot, status: string, settle: string): void {
  cloud.cinder.snapshots.change(row, { status });
  cloud.clock.after(cloud.settings.durations.volumeMs, () => {
    if (cloud.cinder.snapshots.get(row.id) !== row || row.status !== status) return;
    cloud.cinder.snapshots.change(row, { status: settle, updatedAt: cloud.clock.now() });
  });
}

export function removeVolume(cloud: Cloud, row: Volume): void {
  cloud.cinder.volumes.change(row, { status: 'deleting' });
  cloud.clock.after(cloud.settings.durations.volumeMs, () => {
    if (row.status === 'deleting') cloud.cinder.volumes.remove(row.id);
  });
}
