import type { MigrationEnded } from '../campaign/contract/messages';
import type { CampaignState } from './campaign-state';

const time = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)} UTC`;
const milliseconds = (ms: number | null): string => (ms === null ? 'n/a' : `${String(Math.round(ms))} ms`);

/** The campaign's state as Markdown for the Temporal UI; at most 20 rows of migrations. */
export function renderDetails(state: CampaignState): string {
  const {
    phase,
    paused,
    site,
    directory,
    actionCount,
    done,
    failed,
    running,
    next,
    timeZeroMs,
    backgroundUntilMs,
    last,
  } = state.progress();
  const lines = [
    `**${paused ? 'paused' : phase}** on site **${site ?? '?'}**: ${String(done)} of ${String(actionCount)} actions done, ${String(failed)} failed`,
  ];
  if (timeZeroMs !== null) lines.push(`Time zero: ${time(timeZeroMs)}`);
  if (phase === 'background' && backgroundUntilMs !== null)
    lines.push(`Background without migrations until ${time(backgroundUntilMs)}`);
  if (next !== null)
    lines.push(
      `Next: ${next.actionId} ${next.kind} ${next.text}, due ${next.dueMs === null ? 'when the one before it ends' : time(next.dueMs)}`,
    );
  if (running.length > 0)
    lines.push(`Running: ${running.map(({ actionId, vm, to }) => `${actionId} ${vm} to ${to}`).join(', ')}`);
  if (directory !== null) lines.push(`Results: \`${directory}\``);
  return [lines.join('\n\n'), ...(last.length > 0 ? [renderLast(last)] : [])].join('\n\n');
}

function renderLast(last: readonly MigrationEnded[]): string {
  const rows = last.map(
    (ended) =>
      `| ${ended.actionId} | ${ended.vm} | ${ended.from} to ${ended.to} | ${ended.outcome} | ${milliseconds(ended.migrationMs)} | ${milliseconds(ended.downtimeMs)} | ${milliseconds(ended.latenessMs)} | ${(ended.error ?? '').replace(/[|\n]/g, ' ')} |`,
  );
  return [
    '| action | VM | hosts | outcome | migration time | downtime (hypervisor) | lateness | error |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
