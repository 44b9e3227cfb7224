import type { Comparison } from '../report/compare/compare-input';
import { formatComparison } from '../report/compare/format-comparison';
import { renderTable } from './render-table';

const MOST_DIFFERENCES = 20;
const ABSENT = '-';

/** Figures of two campaigns and what else differs, as text for a terminal. */
export function renderComparisonTable({
  figures,
  differences,
  names,
}: Pick<Comparison, 'figures' | 'differences' | 'names'>): string {
  const rows = figures.map((figure) => {
    const { n, medians, intervals, difference, differenceInterval, percent, percentInterval } =
      formatComparison(figure);
    const side = (index: 0 | 1) => [n[index], withInterval(medians[index], intervals[index])];
    return [
      `${figure.title} (${figure.unit})`,
      ...side(0),
      ...side(1),
      withInterval(difference, differenceInterval),
      withInterval(percent, percentInterval),
    ];
  });
  const header = ['FIGURE', 'N', `MEDIAN ${names[0]}`, 'N', `MEDIAN ${names[1]}`, 'DIFFERENCE', '%'];
  const shown = differences.slice(0, MOST_DIFFERENCES);
  return [
    figures.length === 0 ? 'Neither campaign has a figure to compare.\n' : renderTable([header, ...rows]),
    figures.length === 0 ? '' : '[ ]: 95 % bootstrap interval, from 5 values on.\n',
    '\n',
    differences.length === 0
      ? 'Nothing else differs: same spec, plan, hosts, VMs, versions and machine.\n'
      : renderTable([
          ['DIFFERS', names[0], names[1]],
          ...shown.map(({ what, first, second }) => [what, first ?? ABSENT, second ?? ABSENT]),
        ]),
    differences.length > shown.length ? `... and ${differences.length - shown.length} more, in the page\n` : '',
  ].join('');
}

function withInterval(figure: string | null, interval: string | null): string {
  if (figure === null) return ABSENT;
  return interval === null ? figure : `${figure} [${interval}]`;
}
