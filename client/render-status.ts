import type { Progress } from '../campaign/contract/messages';
import type { CampaignStatus } from './campaign-status';
import { showTime } from '../campaign/contract/show-figures';
import { describeEnded, describeRunning, describeStop } from './describe-progress';
import { formatFromNow, formatLength } from './format-time';

/** The state of one campaign for people, one fact a line. */
export function renderStatus(status: CampaignStatus, nowMs: number): string {
  const { id, startedAtMs, endedAtMs, progress, result, failure, problems } = status;
  const state = progress === null ? status.state : progress.paused ? `paused, ${progress.phase}` : progress.phase;
  const lines = [
    `Campaign:   ${id}`,
    `State:      ${state}`,
    `Started:    ${showTime(startedAtMs)}, ${formatFromNow(startedAtMs, nowMs)}`,
  ];
  if (endedAtMs !== null)
    lines.push(`Ended:      ${showTime(endedAtMs)}, after ${formatLength(endedAtMs - startedAtMs)}`);
  if (progress !== null) lines.push(...progressLines(progress, nowMs));
  if (result !== null)
    lines.push(
      `Migrations: ${String(result.migrations.succeeded)} of ${String(result.migrations.total)} succeeded`,
      `Results:    ${result.directory}`,
      `Report:     ${result.report}`,
    );
  if (failure !== null) lines.push(...block('Why:', failure.split('\n')));
  if (problems.length > 0) lines.push(...block('Problems:', problems));
  return `${lines.join('\n')}\n`;
}

function progressLines(progress: Progress, nowMs: number): readonly string[] {
  const { site, actionCount, done, failed, running, next, timeZeroMs, backgroundUntilMs } = progress;
  const { delayedMs, last, stop, directory } = progress;
  const lines = [`Site:       ${site ?? 'not known yet'}`];
  if (actionCount > 0)
    lines.push(`Actions:    ${String(done)} of ${String(actionCount)} done, ${String(failed)} failed`);
  if (timeZeroMs !== null) lines.push(`Time zero:  ${showTime(timeZeroMs)}, ${formatFromNow(timeZeroMs, nowMs)}`);
  if (backgroundUntilMs !== null && backgroundUntilMs > nowMs)
    lines.push(`Background: ${formatLength(backgroundUntilMs - nowMs)} left without migrations`);
  if (delayedMs > 0) lines.push(`Delayed:    ${formatLength(delayedMs)} so far, by postponements and pauses`);
  if (stop !== null) lines.push(`Stops:      ${describeStop(stop)}`);
  if (next !== null) lines.push(`Next:       ${next.actionId} ${next.text}, ${dueText(progress, next.dueMs, nowMs)}`);
  const started = running.filter(({ state }) => state === 'armed').map((each) => describeRunning(each, nowMs));
  const waiting = running.filter(({ state }) => state === 'waiting').map((each) => describeRunning(each, nowMs));
  if (started.length > 0) lines.push('Running:', ...started);
  if (waiting.length > 0) lines.push('Waiting:', ...waiting);
  if (last.length > 0) lines.push(`Last migrations:`, ...last.map(describeEnded));
  if (directory !== null) lines.push(`Results:    ${directory}`);
  return lines;
}

function dueText({ paused }: Progress, dueMs: number | null, nowMs: number): string {
  if (dueMs === null) return 'when the action before it has ended';
  if (paused) return `was due ${showTime(dueMs)}; it moves by the length of the pause`;
  return `due ${showTime(dueMs)}, ${formatFromNow(dueMs, nowMs)}`;
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return [title, ...lines.map((line) => `  ${line.trimStart()}`)];
}
