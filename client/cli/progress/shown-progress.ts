import { createLogUpdate } from 'log-update';
import type { RunProgress } from '../../../workflows/run-report.ts';
import type { RunLook } from '../../started-migration.ts';
import type { Terminal } from '../terminal.ts';
import { progressBlock } from './block.ts';
import { changes } from './changes.ts';
import { NO_WORKER } from './no-worker.ts';
import { Rate } from './rate.ts';
import { bytesOf } from './run-totals.ts';

/** Where the progress of a run is seen. */
export interface ShownProgress {
  show(look: RunLook): void;
  /** Notes of the run that were shown and stay to be read. */
  readonly notes: ReadonlySet<string>;
  /** Leaves room for something else: what is shown now stays where it is. */
  rest(): void;
}

/** A block that is redrawn on a person's terminal, lines elsewhere. Both on stderr. */
export function shownProgress(terminal: Terminal, what?: string): ShownProgress {
  if (terminal.quiet) return { show: () => undefined, notes: new Set(), rest: () => undefined };
  return terminal.isLive ? liveBlock(terminal) : plainLines(terminal, what);
}

function liveBlock({ stderr, columns, unicode }: Terminal): ShownProgress {
  const { log, rest } = drawnOn(stderr);
  const rate = new Rate();
  return {
    show(look) {
      rate.add({ atMs: look.atMs, bytes: bytesOf(look) });
      const { bytesPerSecond } = rate;
      const told = bytesPerSecond === undefined ? {} : { bytesPerSecond };
      // A line as wide as the window would be wrapped by some terminals.
      log(progressBlock(look, { columns: (columns ?? 80) - 1, unicode, ...told }).join('\n'));
    },
    // The block has no room for them.
    notes: new Set(),
    rest,
  };
}

function drawnOn(stderr: NodeJS.WritableStream) {
  const update = createLogUpdate(stderr);
  return { log: (text: string) => update(text), rest: () => update.done() };
}

function plainLines(terminal: Terminal, what: string | undefined): ShownProgress {
  const head = what === undefined ? '' : `${what}: `;
  const notes = new Set<string>();
  let before: RunProgress | undefined;
  let isMissed = false;
  return {
    show({ progress }) {
      if (progress === undefined) {
        if (!isMissed) terminal.talk(`${head}${NO_WORKER}`);
        isMissed = true;
        return;
      }
      for (const line of changes(before, progress)) terminal.talk(`${head}${line}`);
      for (const note of progress.notes) notes.add(note);
      before = progress;
      isMissed = false;
    },
    notes,
    rest: () => undefined,
  };
}
