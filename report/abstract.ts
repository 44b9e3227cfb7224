import type { MigrationRow } from '../store/types';
import { formatDuration, plural } from './format-figure';
import { plannedMigrations } from './migration-groups';
import type { ReportInput } from './report-input';
import { summaryLines, type SummaryLine } from './summary-lines';

/** What the campaign found, in one paragraph computed from the rows. */
export function abstract({ campaign, migrations }: ReportInput): string {
  const planned = plannedMigrations(migrations);
  if (planned.length === 0) return `No migration of the plan was recorded on site ${campaign.site}.`;
  const headlines = summaryLines(migrations).filter(({ apart }) => apart === null);
  const blackouts = headlines
    .filter(({ figure }) => figure === 'blackout')
    .map((line) => sentence(`blackout seen from ${line.vantage ?? '?'}`, line));
  return [
    `${plural(planned.length, 'live migration')} on site ${campaign.site} (${campaign.hypervisor}): ${outcomes(planned)}.`,
    ...headlines.filter(({ figure }) => figure === 'migration').map((line) => sentence('migration time', line)),
    ...(blackouts.length === 0 ? ['No blackout was located with certainty.'] : blackouts),
    ...(planned.some(({ provenance }) => provenance === 'recovered')
      ? ['Times recovered from records are summarised apart from observed ones.']
      : []),
  ].join(' ');
}

function outcomes(rows: readonly MigrationRow[]): string {
  const words: [MigrationRow['outcome'], string][] = [
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['not-converged', 'did not converge before the deadline (censored)'],
    ['cancelled', 'cancelled'],
    ['missed', 'missed the time they were due'],
    ['skipped', 'skipped'],
    ['no-op', 'had nothing to move'],
  ];
  return words
    .map(([outcome, words]) => [rows.filter((row) => row.outcome === outcome).length, words] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ');
}

function sentence(figure: string, { summary }: SummaryLine): string {
  const { n, medianMs, medianIntervalMs: interval, minMs, maxMs } = summary;
  if (medianMs === null || minMs === null || maxMs === null) return `No ${figure} was measured.`;
  if (n === 1) return `The one ${figure} is ${formatDuration(medianMs)}.`;
  const spread =
    interval === null
      ? `range ${formatDuration(minMs)} to ${formatDuration(maxMs)}; too few for an interval`
      : `95 % interval ${formatDuration(interval.low)} to ${formatDuration(interval.high)}`;
  return `The median ${figure} is ${formatDuration(medianMs)} (${spread}; n = ${n}).`;
}
