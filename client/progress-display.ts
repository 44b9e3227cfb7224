import { Presets, SingleBar } from 'cli-progress';
import type { MigrationEnded, Progress } from '../campaign/contract/messages';
import { describeEnded, describeProgress } from './describe-progress';

/** Shows a campaign's progress to a person. */
export interface ProgressDisplay {
  show(progress: Progress): void;
  /** Something that the reader must know beside the progress; the same thing twice in a row is told once. */
  say(line: string): void;
  close(): void;
}

/** A bar on a terminal, plain lines elsewhere; both write every migration that ended on a line of its own. */
export function createProgressDisplay(output: NodeJS.WriteStream): ProgressDisplay {
  return output.isTTY ? barDisplay(output) : lineDisplay((line) => output.write(`${line}\n`));
}

/** One line for every change of phase, every migration that ended, and one every half minute. */
export function lineDisplay(write: (line: string) => void, nowMs: () => number = Date.now): ProgressDisplay {
  let lastState = '';
  let lastLineMs = 0;
  const news = newMigrations();
  const say = onlyNews(write);
  return {
    say,
    show(progress) {
      for (const ended of news(progress)) write(describeEnded(ended));
      const state = `${progress.phase} ${String(progress.paused)} ${String(progress.stop)}`;
      if (state === lastState && nowMs() - lastLineMs < QUIET_MS) return;
      write(describeProgress(progress, nowMs()));
      lastState = state;
      lastLineMs = nowMs();
    },
    close: () => undefined,
  };
}

const QUIET_MS = 30_000;

function barDisplay(output: NodeJS.WriteStream): ProgressDisplay {
  const news = newMigrations();
  const bar = new SingleBar(
    { stream: output, format: '{bar} {value}/{total} actions | {text}', hideCursor: true, clearOnComplete: false },
    Presets.shades_classic,
  );
  let started = false;
  const line = (text: string): void => {
    if (started) output.write('\r\u001b[2K');
    output.write(`${text}\n`);
  };
  return {
    say: onlyNews(line),
    show(progress) {
      const total = Math.max(1, progress.actionCount);
      const text = describeProgress(progress, Date.now());
      if (!started) bar.start(total, progress.done, { text });
      started = true;
      for (const migration of news(progress)) line(describeEnded(migration));
      bar.setTotal(total);
      bar.update(progress.done, { text });
    },
    close: () => {
      if (started) bar.stop();
    },
  };
}

function newMigrations(): (progress: Progress) => readonly MigrationEnded[] {
  const seen = new Set<string>();
  return ({ last }) => {
    const fresh = last.filter(({ actionId }) => !seen.has(actionId));
    for (const { actionId } of fresh) seen.add(actionId);
    return fresh;
  };
}

function onlyNews(write: (line: string) => void): (line: string) => void {
  let last = '';
  return (line) => {
    if (line !== last) write(line);
    last = line;
  };
}
