import { summarise } from '../../measurement/statistics';
import type { MigrationRow } from '../../store/types';
import { lineLegend, markLegend, MARKS } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { html, type Html } from '../html';
import { isCensored } from '../migration-groups';
import { ecdfChart, ECDF_STYLES, type EcdfPanel } from './ecdf-chart';
import { certainBlackouts, observedTimes, spentValues } from './figures';

/** How migration time and blackout are distributed: every value, observed and certain ones only. */
export function distributions(rows: readonly MigrationRow[]): Html | null {
  const censored = spentValues(rows.filter(isCensored)).map((ms) => ms / 1000);
  const panels = [
    panel(
      'Migration time (s)',
      observedTimes(rows).map((ms) => ms / 1000),
      censored,
    ),
    panel('Blackout (ms)', certainBlackouts(rows), []),
  ].filter(({ series: [first] }) => (first?.values.length ?? 0) > 0);
  if (panels.length === 0) return null;
  return html`${ecdfChart('Distribution of migration time and of blackout', panels)}
    <p class="legend">
      ${markLegend(MARKS.observed, 'one migration')}${lineLegend('M9,0V14', 'median', { stroke: COLOR.series, dash: '2 3' })}${panels.some(({ series: [first] }) => first?.interval !== null) ? lineLegend('M2,0h14v14h-14Z', '95 % interval of the median', { stroke: 'none', fill: 'var(--interval)' }) : null}${censored.length > 0 ? markLegend(MARKS.censored, 'not converged: lies to the right of this; not in the curve') : null}
    </p>
    <p class="note">Recovered times, ambiguous blackouts and failed migrations are in no curve.</p>`;
}

function panel(title: string, values: readonly number[], censored: readonly number[]): EcdfPanel {
  const { medianMs: median, medianIntervalMs: interval } = summarise(values, { failed: 0, censored: 0 });
  return {
    title,
    series: [{ values, style: ECDF_STYLES.first, mark: MARKS.observed, median, interval }],
    censored,
    censoredMark: MARKS.censored,
  };
}
