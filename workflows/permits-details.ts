import type { PermitsView } from '../campaign/contract/permits';
import { showLine, showTime } from '../campaign/contract/show-figures';

const LINES = 20;
const LINES_FOR_WAITING = 10;

const count = (number: number, what: string): string => `${String(number)} ${what}`;

/** The permits of a site as Markdown for the Temporal UI; one line for each of at most 20 migrations. */
export function renderPermits({ site, limitPerHost, holders, waiting, foreign }: PermitsView): string {
  const held = holders.map(
    ({ vm, from, to, campaignId, sinceMs }) =>
      `- **runs**: ${vm} ${from} to ${to}, campaign ${campaignId}, since ${showTime(sinceMs)}`,
  );
  const others = foreign.map(
    ({ vm, from, to }) => `- **runs**: ${vm} ${from} to ${to ?? '?'}, started by someone else`,
  );
  const queued = waiting.map(
    ({ position, vm, from, to, campaignId, sinceMs, reason }) =>
      `- **waits**, ${String(position)} in its queue: ${vm} ${from} to ${to}, campaign ${campaignId}, since ${showTime(sinceMs)}: ${reason}`,
  );
  const running = [...held, ...others];
  const shownRunning = running.slice(0, LINES - Math.min(queued.length, LINES_FOR_WAITING));
  const shown = [...shownRunning, ...queued.slice(0, LINES - shownRunning.length)];
  const hidden = running.length + queued.length - shown.length;
  const numbers = [
    count(holders.length, 'with a permit'),
    count(foreign.length, 'started by others'),
    count(waiting.length, 'waiting'),
  ];
  const lines = [
    `Migrations on site **${site}**: ${numbers.join(', ')}. At most ${String(limitPerHost)} at a time on one host.`,
  ];
  if (shown.length > 0) lines.push(shown.map(showLine).join('\n'));
  if (hidden > 0) lines.push(`${count(hidden, 'more')}: see the query \`permits\`.`);
  return lines.join('\n\n');
}
