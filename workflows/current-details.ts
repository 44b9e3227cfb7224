import type { MigrationEnded, Progress, RunningAction } from '../campaign/contract/messages';
import { showAction, showCell, showDuration, showTime } from './shown-figures';

const ROWS = 20;
const ROWS_FOR_RUNNING = 10;

/** The campaign's state as Markdown for the Temporal UI; at most 20 rows of migrations. */
export function renderDetails(state: { progress(): Progress }): string {
  const progress = state.progress();
  const { running, last } = progress;
  const shownRunning = running.slice(0, Math.max(ROWS_FOR_RUNNING, ROWS - last.length));
  const shownLast = last.slice(-(ROWS - shownRunning.length)).reverse();
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
  const rows = running.map(({ actionId, kind, vm, to, dueMs, state, reason }) => {
    const why = state === 'armed' ? 'has its permit' : (reason ?? 'asks for its permit');
    return row([
      kind === 'place' ? 'place' : actionId,
      vm,
      to,
      state === 'armed' ? 'armed or running' : 'waits',
      showTime(dueMs),
      why,
    ]);
  });
  return [row(['action', 'VM', 'to', 'state', 'due', 'why']), row(Array<string>(6).fill('---')), ...rows].join('\n');
}

function renderLast(last: readonly MigrationEnded[]): string {
  const head = [
    'action',
    'VM',
    'hosts',
    'outcome',
    'migration time',
    'downtime (hypervisor)',
    'lateness',
    'ended',
    'error',
  ];
  const rows = last.map((ended) =>
    row([
      ended.actionId,
      ended.vm,
      `${ended.from} to ${ended.to}`,
      ended.outcome,
      showDuration(ended.migrationMs),
      showDuration(ended.downtimeMs),
      showDuration(ended.latenessMs),
      showTime(ended.endedAtMs),
      ended.error ?? '',
    ]),
  );
  return [row(head), row(Array<string>(head.length).fill('---')), ...rows].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.map(showCell).join(' | ')} |`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
