import { lineLegend, markLegend, MARKS, type Mark } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { dataTable, type TableColumn } from '../data-table';
import { formatTime } from '../format-figure';
import { html, type Html } from '../html';
import { isCensored, plannedMigrations } from '../migration-groups';
import { renderPage } from '../page';
import { ecdfChart, ECDF_STYLES, type EcdfPanel } from '../statistics/ecdf-chart';
import { spentValues } from '../statistics/figures';
import { isClear, type CompareInput, type ComparedFigure, type Comparison } from './compare-input';
import type { SettingDifference } from './find-differences';
import { formatComparison, type FormattedComparison } from './format-comparison';
import { outcomeTable } from './outcome-table';

const SECOND_MARK: Mark = { shape: 'diamond', filled: false, color: COLOR.second };

/** Two campaigns side by side: one HTML page without scripts that loads nothing. */
export function renderComparison(comparison: Comparison): string {
  const { first, second, names, figures, differences } = comparison;
  return renderPage({
    title: `${names[0]} and ${names[1]} compared`,
    byline: `${names[0]}: ${formatTime(first.campaign.createdAt)}; ${names[1]}: ${formatTime(second.campaign.createdAt)}`,
    opening: html`${banner(comparison)}
      <p class="abstract">${abstract(figures, names)}</p>`,
    sections: [
      { id: 'figures', title: 'Figures', body: figureSection(figures, names) },
      { id: 'distributions', title: 'Distributions', body: distributionChart(comparison, figures) },
      { id: 'outcomes', title: 'Outcomes', body: outcomeTable(comparison) },
      { id: 'differences', title: 'What else differs', body: differenceTable(differences, names) },
    ],
    footer: html`Run ${first.campaign.runId} and run ${second.campaign.runId};
      <code>drover compare DIR DIR</code> writes this page again.`,
  });
}

function figureSection(figures: readonly ComparedFigure[], names: readonly [string, string]): Html {
  return html`${figureTable(figures, names)}
    <p class="note">
      Below each figure its 95 % interval, from 5 values on. Difference: median of ${names[1]} less median of
      ${names[0]}, with its 95 % percentile bootstrap interval (2000 resamples of each campaign on its own, fixed seed;
      at least 5 values each). Observed times and certain blackouts of successful migrations of the plan.
    </p>`;
}

function banner({ first, second, names }: CompareInput): Html | null {
  const emulated = [first, second].map(({ campaign }) => campaign.emulated);
  if (!emulated.includes(true)) return null;
  const which = emulated[0] === emulated[1] ? 'Both sites are' : `The site of ${emulated[0] ? names[0] : names[1]} is`;
  return html`<p class="banner"><b>${which} emulated: figures show shapes only.</b></p>`;
}

function abstract(figures: readonly ComparedFigure[], names: readonly [string, string]): string {
  const sentences = figures.slice(0, 2).map((figure) => {
    const { title, unit, difference } = figure;
    const texts = formatComparison(figure);
    if (difference === null || texts.difference === null) return `${title}: only one campaign has values.`;
    const by = `${texts.difference} ${unit}${texts.percent === null ? '' : ` (${texts.percent} %)`}`;
    if (difference.interval === null) return `${title}: ${by} in the median; too few values for an interval.`;
    const verdict = isClear(difference.interval) ? 'a difference beyond chance' : 'not distinguishable from chance';
    return `${title}: ${by} in the median, 95 % interval ${texts.differenceInterval ?? ''} ${unit}: ${verdict}.`;
  });
  return `From ${names[0]} to ${names[1]}. ${sentences.join(' ') || 'Neither campaign has a figure.'}`;
}

function figureTable(figures: readonly ComparedFigure[], names: readonly [string, string]): Html {
  const cell =
    (of: (texts: FormattedComparison) => readonly [string | null, string | null]) => (figure: ComparedFigure) => {
      const [value, interval] = of(formatComparison(figure));
      return value === null ? null : html`${value}<span class="under">${interval ?? 'no interval'}</span>`;
    };
  const side = (index: 0 | 1): TableColumn<ComparedFigure> => ({
    title: names[index],
    unit: 'median',
    kind: 'figure',
    cell: (figure) => {
      const { medians, intervals } = formatComparison(figure);
      const n = `n = ${String(figure.summaries[index].n)}`;
      return html`${medians[index] ?? 'n/a'}<span class="under"
          >${[intervals[index], n].filter((part) => part !== null).join('; ')}</span
        >`;
    },
  });
  return dataTable<ComparedFigure>(
    'Figures of both campaigns',
    [
      { title: 'Figure', kind: 'text', cell: ({ title }) => title },
      { title: 'Unit', kind: 'text', cell: ({ unit }) => unit },
      side(0),
      side(1),
      { title: 'Difference', kind: 'figure', cell: cell((texts) => [texts.difference, texts.differenceInterval]) },
      { title: 'Difference', unit: '%', kind: 'figure', cell: cell((texts) => [texts.percent, texts.percentInterval]) },
    ],
    figures,
  );
}

function distributionChart({ first, second, names }: CompareInput, figures: readonly ComparedFigure[]): Html {
  const drawn = figures.slice(0, 4);
  if (drawn.length === 0) return html`<p class="note">Not available: neither campaign has a figure.</p>`;
  const censored = [first, second].flatMap(({ migrations }) =>
    spentValues(plannedMigrations(migrations).filter(isCensored)).map((ms) => ms / 1000),
  );
  const panels = drawn.map(({ title, unit, values, summaries }): EcdfPanel => ({
    title: `${title} (${unit})`,
    series: ([0, 1] as const).map((index) => ({
      values: values[index],
      style: index === 0 ? ECDF_STYLES.first : ECDF_STYLES.second,
      mark: index === 0 ? MARKS.observed : SECOND_MARK,
      median: summaries[index].medianMs,
      interval: summaries[index].medianIntervalMs,
    })),
    censored: title === 'Migration time' ? censored : [],
    censoredMark: MARKS.censored,
  }));
  return html`${ecdfChart('Distributions of the figures of both campaigns', panels)}
    <p class="legend">
      ${markLegend(MARKS.observed, names[0])}${markLegend(SECOND_MARK, `${names[1]} (dashed)`)}${lineLegend('M9,0V14', 'median; shaded: its 95 % interval', { dash: '2 3' })}${censored.length === 0 ? null : markLegend(MARKS.censored, 'not converged: lies to the right of this')}
    </p>`;
}

function differenceTable(differences: readonly SettingDifference[], names: readonly [string, string]): Html {
  if (differences.length === 0) return html`<p>Nothing: same spec, plan, hosts, VMs, versions and machine.</p>`;
  return dataTable<SettingDifference>(
    'What differs',
    [
      { title: 'What', kind: 'prose', cell: ({ what }) => what },
      { title: names[0], kind: 'prose', cell: ({ first }) => first },
      { title: names[1], kind: 'prose', cell: ({ second }) => second },
    ],
    differences,
  );
}
