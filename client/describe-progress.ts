import type { MigrationEnded, Progress, RunningAction } from '../campaign/contract/messages';
import { showEnded } from '../campaign/contract/show-ended';
import { formatFromNow, formatLength } from './format-time';

/** A migration that ended, in one line. */
export function describeEnded(ended: MigrationEnded): string {
  return `  ${ended.actionId} ${showEnded(ended)}`;
}

/** A migration that was started and has not ended, in one line. */
export function describeRunning({ actionId, vm, to, dueMs, state, reason }: RunningAction, nowMs: number): string {
  const due = formatFromNow(dueMs, nowMs);
  const armed = dueMs > nowMs ? `armed, fires ${due}` : `runs, requested ${due}`;
  const waits = `waits: ${reason ?? (dueMs > nowMs ? `due ${due}` : `was due ${due}`)}`;
  return `  ${actionId} ${vm} to ${to}: ${state === 'armed' ? armed : waits}`;
}

/** Why a campaign ends before its plan does, in words. */
export function describeStop(stop: string): string {
  switch (stop) {
    case 'abort':
      return 'aborted on request: running migrations end by themselves';
    case 'cancel':
      return 'cancelled on request: running migrations are cancelled';
    case 'policy':
      return 'ended by its failure policy: too many migrations failed';
    default:
      return stop;
  }
}

/** Where a campaign is, in one line. */
export function describeProgress(progress: Progress, nowMs: number): string {
  const { phase, paused, done, actionCount, failed, running, next, backgroundUntilMs, stop } = progress;
  const parts = [paused ? `paused (${phase})` : phase];
  if (stop !== null) parts.push(describeStop(stop));
  if (phase === 'background' && backgroundUntilMs !== null && backgroundUntilMs > nowMs)
    parts.push(`${formatLength(backgroundUntilMs - nowMs)} of background left`);
  if (actionCount > 0)
    parts.push(
      `${String(done)} of ${String(actionCount)} actions done${failed > 0 ? `, ${String(failed)} failed` : ''}`,
    );
  const started = running.filter(({ state }) => state === 'armed');
  const waiting = running.filter(({ state }) => state === 'waiting');
  if (started.length > 0) parts.push(`running ${started.map(({ vm, to }) => `${vm} to ${to}`).join(', ')}`);
  if (waiting.length > 0)
    parts.push(
      `waiting ${waiting.map(({ vm, to, reason }) => `${vm} to ${to}${reason === null ? '' : ` (${reason})`}`).join(', ')}`,
    );
  if (next !== null && next.dueMs !== null && next.dueMs > nowMs && !paused)
    parts.push(`next ${next.text} in ${formatLength(next.dueMs - nowMs)}`);
  return parts.join('; ');
}
