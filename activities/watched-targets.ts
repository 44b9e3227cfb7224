import type { MeasurementGap } from '../measurement/collection';
import type { UnmeasuredTime } from '../measurement/silences';
import type { Silence } from '../measurement/types';
import type { ProbeSummaryRow, SilenceRow } from '../store/types';
import { groupBy } from './group-by';

/** A vantage of a campaign and what it missed. */
export interface WatchingVantage {
  /** Null: nothing is known of it, so it has no rows. */
  readonly vantage: string | null;
  readonly gaps: readonly MeasurementGap[];
  /** Why it measured nothing at all, if it did not. */
  readonly problem: string | null;
}

/** What one vantage knows of a target. */
export interface WatchedTarget {
  readonly vantage: string;
  readonly silences: readonly Silence[];
  readonly unmeasured: readonly UnmeasuredTime[];
  /** The largest send lateness of its probes. */
  readonly latenessMs: number;
}

/** How a target is asked for; null: the vantage did not probe it. */
export type TargetWatch = (kind: 'vm' | 'host', target: string) => WatchedTarget | null;

/** What a vantage knows of each target, found once for each that is asked for. */
export function watchTargets(
  { vantage, gaps }: WatchingVantage,
  silences: ReadonlyMap<SilenceRow, Silence>,
  probes: readonly ProbeSummaryRow[],
): TargetWatch {
  const keyOf = (kind: string, target: string): string => `${kind} ${target}`;
  const keyOfRow = (row: ProbeSummaryRow | SilenceRow): string => keyOf(row.target_kind, row.target);
  const silencesOf = groupBy(
    [...silences].filter(([row]) => row.vantage === vantage),
    ([row]) => keyOfRow(row),
  );
  const probesOf = groupBy(
    probes.filter((row) => row.vantage === vantage),
    keyOfRow,
  );

  const known = new Map<string, WatchedTarget | null>();
  return (kind, target) => {
    const key = keyOf(kind, target);
    const before = known.get(key);
    if (before !== undefined) return before;
    const own = probesOf.get(key);
    const watched =
      own === undefined || vantage === null
        ? null
        : {
            vantage,
            silences: (silencesOf.get(key) ?? []).map(([, silence]) => silence),
            unmeasured: [...gaps.filter((gap) => gap.target === null || gap.target === target), ...beyond(own)],
            latenessMs: own.reduce((most, row) => Math.max(most, row.send_lateness_max_ms ?? 0), 0),
          };
    known.set(key, watched);
    return watched;
  };
}

/** Before the first probe and after the last one nothing was measured either. */
function beyond(probes: readonly ProbeSummaryRow[]): readonly UnmeasuredTime[] {
  const firstMs = probes.reduce((least, { from }) => Math.min(least, from), Infinity);
  const lastMs = probes.reduce((most, { until }) => Math.max(most, until), -Infinity);
  return [
    { fromMs: -Infinity, untilMs: firstMs, reason: 'the prober did not run yet' },
    { fromMs: lastMs, untilMs: Infinity, reason: 'the prober ran no more' },
  ];
}
