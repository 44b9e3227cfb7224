import { Presets, SingleBar } from 'cli-progress';
import type { MigrationEnded, Progress } from '../campaign/contract/messages';

/** Shows a campaign's progress to a person. */
export interface ProgressDisplay {
  show(progress: Progress): void;
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
  return {
    show(progress) {
      for (const ended of news(progress)) write(describeEnded(ended));
      const state = `${progress.phase} ${String(progress.paused)}`;
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
  return {
    show(progress) {
      const total = Math.max(1, progress.actionCount);
      const text = describeProgress(progress, Date.now());
      if (!started) bar.start(total, progress.done, { text });
      started = true;
      const ended = news(progress);
      if (ended.length > 0) output.write('\r\u001b[2K');
      for (const migration of ended) output.write(`${describeEnded(migration)}\n`);
      bar.setTotal(total);
      bar.update(progress.done, { text });
    },
    close: () => bar.stop(),
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

/** A migration that ended, in one line. */
export function describeEnded({
  actionId,
  vm,
  from,
  to,
  outcome,
  migrationMs,
  latenessMs,
  error,
}: MigrationEnded): string {
  const figures = [
    migrationMs === null ? null : `migration time ${(migrationMs / 1_000).toFixed(2)} s`,
    latenessMs === null ? null : `lateness ${latenessMs.toFixed(1)} ms`,
    error,
  ].filter((part) => part !== null);
  return `  ${actionId} ${vm} ${from} to ${to}: ${outcome}${figures.length > 0 ? `, ${figures.join(', ')}` : ''}`;
}

/** Where a campaign is, in one line. */
export function describeProgress(progress: Progress, nowMs: number): string {
  const { phase, paused, done, actionCount, failed, running, next, backgroundUntilMs } = progress;
  const parts = [paused ? 'paused' : phase];
  if (phase === 'background' && backgroundUntilMs !== null && backgroundUntilMs > nowMs)
    parts.push(`${seconds(backgroundUntilMs - nowMs)} of background left`);
  if (actionCount > 0)
    parts.push(
      `${String(done)} of ${String(actionCount)} actions done${failed > 0 ? `, ${String(failed)} failed` : ''}`,
    );
  if (running.length > 0) parts.push(`running ${running.map(({ vm, to }) => `${vm} to ${to}`).join(', ')}`);
  if (next?.dueMs !== null && next !== null && next.dueMs > nowMs)
    parts.push(`next ${next.text} in ${seconds(next.dueMs - nowMs)}`);
  return parts.join('; ');
}

function seconds(ms: number): string {
  return `${String(Math.ceil(ms / 1_000))} s`;
}
