import type { Ui } from './ui';

/** How far a job with a known number of tasks is. */
export interface JobProgress {
  done: number;
  total: number;
  failed: number;
  retried: number;
  /** What is being worked on. */
  now: readonly string[];
  elapsedMs: number;
}

const barWidth = 24;

/** One line: bar, count, what runs. `width` is that of the terminal. */
export function progressLine({ done, total, failed, retried, now, elapsedMs }: JobProgress, width: number): string {
  const filled = total === 0 ? 0 : Math.round((done / total) * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const extras = [failed > 0 ? `${failed} failed` : '', retried > 0 ? `${retried} retried` : ''].filter(
    (text) => text !== '',
  );
  const head = `${bar} ${done}/${total}${extras.length > 0 ? ` (${extras.join(', ')})` : ''} ${(elapsedMs / 1_000).toFixed(0)} s`;
  const room = width - head.length - 3;
  const names = fit(now, room);
  return names === '' ? head.slice(0, width) : `${head}  ${names}`;
}

/** As many names as fit, and how many more there are. */
function fit(names: readonly string[], room: number): string {
  for (let count = names.length; count > 0; count -= 1) {
    const rest = names.length - count;
    const text = names.slice(0, count).join(', ') + (rest > 0 ? ` +${rest}` : '');
    if (text.length <= room) return text;
  }
  return '';
}

/** Draws how far the job is, five times a second, so that its time is seen to pass. */
export function drawProgress(ui: Pick<Ui, 'status' | 'columns'>): {
  show: (progress: JobProgress) => void;
  stop: () => void;
} {
  let shown: { progress: JobProgress; at: number } | undefined;
  const draw = (): void => {
    if (shown === undefined) return;
    const elapsedMs = shown.progress.elapsedMs + performance.now() - shown.at;
    ui.status(progressLine({ ...shown.progress, elapsedMs }, ui.columns - 1));
  };
  const ticking = setInterval(draw, 200);
  return {
    show: (progress) => {
      shown = { progress, at: performance.now() };
      draw();
    },
    stop: () => {
      clearInterval(ticking);
      ui.status('');
    },
  };
}
