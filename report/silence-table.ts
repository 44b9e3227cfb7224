import type { ProbeSummaryRow, SilenceRow } from '../store/types';
import { dataTable } from './data-table';
import { formatNumber } from './format-figure';
import type { Html } from './html';

/** What one vantage saw of one VM or host over the whole campaign. */
interface Watched {
  readonly vantage: string;
  readonly target: string;
  readonly kind: 'vm' | 'host';
  readonly probes: readonly ProbeSummaryRow[];
  readonly silences: readonly SilenceRow[];
}

/** One row a target and vantage: probes, noise floor of the background, collateral. */
export function silenceTable(silences: readonly SilenceRow[], probes: readonly ProbeSummaryRow[]): Html {
  const inRole = (watched: Watched, role: SilenceRow['role']) =>
    watched.silences.filter((silence) => silence.role === role);
  const longest = (rows: readonly SilenceRow[]) =>
    rows.length === 0 ? '\u2013' : formatNumber(Math.max(...rows.map(({ silence_ms }) => silence_ms)), 0);
  const sum = (rows: readonly ProbeSummaryRow[], of: (row: ProbeSummaryRow) => number) =>
    rows.length === 0
      ? null
      : formatNumber(
          rows.reduce((total, row) => total + of(row), 0),
          0,
        );
  const worst = (rows: readonly ProbeSummaryRow[], of: (row: ProbeSummaryRow) => number | null) => {
    const values = rows.flatMap((row) => of(row) ?? []);
    return values.length === 0 ? null : formatNumber(Math.max(...values), 1);
  };
  return dataTable<Watched>(
    'Silences and probes of each target',
    [
      {
        title: 'Target',
        kind: 'text',
        cell: ({ target, kind }) => (kind === 'host' ? `${target} (host, control)` : target),
      },
      { title: 'Vantage', kind: 'text', cell: ({ vantage }) => vantage },
      { title: 'Background silences', kind: 'figure', cell: (each) => String(inRole(each, 'background').length) },
      { title: 'longest', unit: 'ms', kind: 'figure', cell: (each) => longest(inRole(each, 'background')) },
      { title: 'Collateral silences', kind: 'figure', cell: (each) => String(inRole(each, 'collateral').length) },
      { title: 'longest', unit: 'ms', kind: 'figure', cell: (each) => longest(inRole(each, 'collateral')) },
      { title: 'All silences', kind: 'figure', cell: (each) => String(each.silences.length) },
      {
        title: 'Probes sent',
        kind: 'figure',
        cell: (each) => sum(each.probes, ({ sent }) => sent),
        whenAbsent: 'no prober ran',
      },
      {
        title: 'lost',
        kind: 'figure',
        cell: (each) => sum(each.probes, ({ lost }) => lost),
        whenAbsent: 'no prober ran',
      },
      {
        title: 'Round trip, worst p99',
        unit: 'ms',
        kind: 'figure',
        cell: (each) => worst(each.probes, (row) => row.rtt_p99_ms),
        whenAbsent: 'no probe was answered',
      },
      {
        title: 'Send lateness, worst p99',
        unit: 'ms',
        kind: 'figure',
        cell: (each) => worst(each.probes, (row) => row.send_lateness_p99_ms),
        whenAbsent: 'no prober ran',
      },
      {
        title: 'largest',
        unit: 'ms',
        kind: 'figure',
        cell: (each) => worst(each.probes, (row) => row.send_lateness_max_ms),
        whenAbsent: 'no prober ran',
      },
    ],
    watchedTargets(silences, probes),
  );
}

function watchedTargets(silences: readonly SilenceRow[], probes: readonly ProbeSummaryRow[]): Watched[] {
  const keyOf = (row: SilenceRow | ProbeSummaryRow) => JSON.stringify([row.target_kind, row.target, row.vantage]);
  const first = new Map([...probes, ...silences].map((row) => [keyOf(row), row]));
  return [...first]
    .map(([key, { target, target_kind: kind, vantage }]) => ({
      vantage,
      target,
      kind,
      probes: probes.filter((row) => keyOf(row) === key),
      silences: silences.filter((row) => keyOf(row) === key),
    }))
    .sort((a, b) => b.kind.localeCompare(a.kind) || a.target.localeCompare(b.target, 'en', { numeric: true }));
}
