import type { PermitsView } from '../campaign/contract/permits';
import { showCell as cell, showTime as time } from './shown-figures';

const ROWS = 20;
const ROWS_FOR_WAITING = 10;

const count = (number: number, what: string): string => `${String(number)} ${what}`;

/** The permits of a site as Markdown for the Temporal UI; at most 20 rows. */
export function renderPermits({ site, limitPerHost, holders, waiting, foreign }: PermitsView): string {
  const held = holders.map(
    ({ vm, from, to, campaignId, sinceMs }) =>
      `| runs | ${cell(vm)} | ${cell(from)} to ${cell(to)} | ${cell(campaignId)} | ${time(sinceMs)} | |`,
  );
  const others = foreign.map(
    ({ vm, from, to }) => `| runs | ${cell(vm)} | ${cell(from)} to ${cell(to ?? '?')} | started by someone else | | |`,
  );
  const queued = waiting.map(
    ({ position, vm, from, to, campaignId, sinceMs, reason }) =>
      `| waits, ${String(position)} | ${cell(vm)} | ${cell(from)} to ${cell(to)} | ${cell(campaignId)} | ${time(sinceMs)} | ${cell(reason)} |`,
  );
  const running = [...held, ...others];
  const shownRunning = running.slice(0, ROWS - Math.min(queued.length, ROWS_FOR_WAITING));
  const shown = [...shownRunning, ...queued.slice(0, ROWS - shownRunning.length)];
  const hidden = running.length + queued.length - shown.length;
  const numbers = [
    count(holders.length, 'with a permit'),
    count(foreign.length, 'started by others'),
    count(waiting.length, 'waiting'),
  ];
  const lines = [
    `Migrations on site **${site}**: ${numbers.join(', ')}. At most ${String(limitPerHost)} at a time on one host.`,
  ];
  if (shown.length > 0) {
    lines.push(['| state | VM | hosts | campaign | since | why |', '|---|---|---|---|---|---|', ...shown].join('\n'));
  }
  if (hidden > 0) lines.push(`${count(hidden, 'more')}: see the query \`permits\`.`);
  return lines.join('\n\n');
}
