import type { MigrationEnded, Progress, RunningAction } from '../campaign/contract/messages';
import { showEnded } from '../campaign/contract/show-ended';
import { bold, showAction, showDuration, showLine, showTime } from '../campaign/contract/show-figures';

const LINES = 20;
const LINES_FOR_RUNNING = 10;

/** The campaign's state as Markdown for the Temporal UI; one line for each of at most 20 migrations (the UI cuts wide tables off). */
export function renderDetails(state: { progress(): Progress }): string {
  const progress = state.progress();
  const { running, last } = progress;
  const shownRunning = running.slice(0, Math.max(LINES_FOR_RUNNING, LINES - last.length));
  const shownLast = last.slice(-(LINES - shownRunning.length)).reverse();
  return [
    headline(progress),
    facts(progress).join('\n'),
    ...(running.length > 0 ? ['### Now', renderRunning(shownRunning)] : []),
    ...(running.length > shownRunning.length ? [`${running.length - shownRunning.length} more wait or run.`] : []),
    ...(shownLast.length > 0 ? ['### Last migrations, newest first', renderLast(shownLast)] : []),
  ].join('\n\n');
}

function headline({ phase, paused, stop, site, actionCount, done, failed }: Progress): string {
  const word = phase === 'done' ? ending(stop) : paused ? `Paused (${phase})` : capital(phase);
  const counts = `${done} of ${actionCount} actions done, ${failed === 0 ? 'none' : failed} failed`;
  return `**${word}** on site **${site ?? 'not known yet'}**: ${counts}`;
}

function ending(stop: string | null): string {
  switch (stop) {
    case null:
      return 'Completed';
    case 'abort':
      return 'Aborted on request';
    case 'cancel':
      return 'Cancelled on request';
    case 'policy':
      return 'Ended by its failure policy';
    default:
      return 'Failed';
  }
}

function facts(progress: Progress): readonly string[] {
  const { phase, stop, backgroundUntilMs, timeZeroMs, delayedMs, directory } = progress;
  const known = [
    ...(stop === null || ['abort', 'cancel', 'policy'].includes(stop) ? [] : [`Why: ${stop}`]),
    ...(stop === null || phase === 'done' ? [] : ['It is ending: nothing more is started']),
    ...(phase === 'background' && backgroundUntilMs !== null
      ? [`Background without migrations until ${showTime(backgroundUntilMs)}`]
      : []),
    ...(stop === null ? next(progress) : []),
    ...(timeZeroMs === null ? [] : [`Time zero: ${showTime(timeZeroMs)}`]),
    ...(delayedMs === 0 ? [] : [`Later than planned by ${showDuration(delayedMs)} (postponements and pauses)`]),
    ...(directory === null ? [] : [`Results: \`${directory}\``]),
  ];
  return known.map((fact) => `- ${fact}`);
}

function next({ next: action, paused, running }: Progress): readonly string[] {
  if (action === null) return [];
  const when = action.dueMs === null ? 'due when the action it follows has ended' : `due ${showTime(action.dueMs)}`;
  const earliest = running.some(({ state }) => state === 'waiting') ? ' at the earliest: migrations wait' : '';
  return [`Next: **${showAction(action)}**, ${when}${paused ? ' plus the length of the pause' : earliest}`];
}

function renderRunning(running: readonly RunningAction[]): string {
  const lines = running.map(({ actionId, vm, to, dueMs, state, reason }) => {
    const what = `**${actionId}** ${vm} to ${to}, due ${showTime(dueMs)}`;
    if (state === 'armed') return `- ${what}: has its permit, is armed or runs`;
    return `- ${what}: waits for its permit${reason === null ? '' : `; within the last minute: ${showLine(reason)}`}`;
  });
  return lines.join('\n');
}

function renderLast(last: readonly MigrationEnded[]): string {
  return last
    .map((ended) => `- **${ended.actionId}** ${showEnded(ended, bold)}, ${showTime(ended.endedAtMs)}`)
    .join('\n');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
