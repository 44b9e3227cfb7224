import { dataTable } from './data-table';
import { formatNumber, formatSeconds } from './format-figure';
import type { Html } from './html';
import type { SummaryLine } from './summary-lines';

/** One line a figure: counts, spread, median with its bootstrap interval. */
export function statisticsTable(lines: readonly SummaryLine[]): Html {
  const inUnit = ({ figure }: SummaryLine, ms: number) =>
    figure === 'migration' ? formatSeconds(ms) : formatNumber(ms, 1);
  const duration = (title: string, of: (line: SummaryLine) => number | null, whenAbsent: string) => ({
    title,
    kind: 'figure' as const,
    cell: (line: SummaryLine) => {
      const ms = of(line);
      return ms === null ? null : inUnit(line, ms);
    },
    whenAbsent,
  });
  return dataTable<SummaryLine>(
    'Summary statistics',
    [
      { title: 'Figure', kind: 'prose', cell: lineTitle },
      { title: 'Unit', kind: 'text', cell: ({ figure }) => (figure === 'migration' ? 's' : 'ms') },
      { title: 'n', kind: 'figure', cell: ({ summary }) => String(summary.n) },
      {
        title: 'Failed',
        kind: 'figure',
        cell: ({ figure, summary }) => (figure === 'migration' ? String(summary.failed) : '\u2013'),
      },
      {
        title: 'Censored',
        kind: 'figure',
        cell: ({ figure, summary }) => (figure === 'migration' ? String(summary.censored) : '\u2013'),
      },
      {
        title: 'Below noise',
        kind: 'figure',
        cell: ({ belowNoise }) => (belowNoise === null ? '\u2013' : String(belowNoise)),
      },
      {
        title: 'Host silent too',
        kind: 'figure',
        cell: ({ hostSilent }) => (hostSilent === null ? '\u2013' : String(hostSilent)),
      },
      duration('Min', ({ summary }) => summary.minMs, 'nothing was measured'),
      duration('Max', ({ summary }) => summary.maxMs, 'nothing was measured'),
      duration('Mean', ({ summary }) => summary.meanMs, 'nothing was measured'),
      duration('Std. dev.', ({ summary }) => summary.standardDeviationMs, 'needs at least 2 values'),
      duration('Median', ({ summary }) => summary.medianMs, 'nothing was measured'),
      {
        title: '95 % interval of the median',
        kind: 'figure',
        cell: (line) => {
          const interval = line.summary.medianIntervalMs;
          return interval === null ? null : `${inUnit(line, interval.low)}\u2013${inUnit(line, interval.high)}`;
        },
        whenAbsent: 'needs at least 5 values',
      },
      duration('p95', ({ summary }) => summary.p95Ms, 'needs at least 20 values'),
    ],
    lines,
  );
}

const FIGURES: Readonly<Record<SummaryLine['figure'], string>> = {
  migration: 'Migration time',
  blackout: 'Blackout',
  brownout: 'Brownout',
  downtime: 'Downtime (hypervisor)',
};

function lineTitle({ figure, apart, vantage }: SummaryLine): string {
  const recovered = figure === 'migration' ? ', recovered from records' : ' of recovered migrations';
  const suffix = apart === null ? '' : apart === 'recovered' ? recovered : ', ambiguous';
  return `${FIGURES[figure]}${suffix}${vantage === null ? '' : `, from ${vantage}`}`;
}
