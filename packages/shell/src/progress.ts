import type { Terminal } from './terminal.ts';

/** How far a command is. */
export interface Progress {
  readonly done: number;
  /** Absent where the end is not known. */
  readonly total?: number;
  /** What to say beside the bar. */
  readonly text: string;
}

/** Shows how far a command is. */
export interface ProgressReporter {
  update(progress: Progress): void;
  /** Ends the bar's line, so that other text can follow. */
  end(): void;
}

/** Milliseconds between two pictures of the bar, and between two lines where there is no terminal. */
export const PROGRESS_DEFAULTS = { barEvery: 100, lineEvery: 10_000, barWidth: 24 };

/** A bar that is drawn again and again on a terminal; elsewhere a plain line now and then. The last state is always shown. */
export function progressReporter(
  terminal: Terminal,
  { now = Date.now, ...options }: Partial<typeof PROGRESS_DEFAULTS> & { now?: () => number } = {},
): ProgressReporter {
  const { barEvery, lineEvery, barWidth } = { ...PROGRESS_DEFAULTS, ...options };
  const { columns } = terminal;
  let shownAt = Number.NEGATIVE_INFINITY;
  let pending: Progress | undefined;

  const show = (progress: Progress) => {
    pending = undefined;
    if (columns === undefined) terminal.stderr(`${progress.text}\n`);
    else terminal.stderr(`\r\x1b[K${`${bar(progress, barWidth)}${progress.text}`.slice(0, columns - 1)}`);
  };
  return {
    update(progress) {
      pending = progress;
      const time = now();
      if (time - shownAt < (columns === undefined ? lineEvery : barEvery)) return;
      shownAt = time;
      show(progress);
    },
    end() {
      if (pending) show(pending);
      if (columns !== undefined && shownAt > Number.NEGATIVE_INFINITY) terminal.stderr('\n');
      shownAt = Number.NEGATIVE_INFINITY;
    },
  };
}

function bar({ done, total }: Progress, width: number): string {
  if (!total) return '';
  const filled = Math.min(width, Math.floor((width * done) / total));
  const percent = String(Math.min(100, Math.floor((100 * done) / total))).padStart(3);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${percent} %  `;
}
