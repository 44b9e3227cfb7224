import type { MeasurementGap } from '../measurement/collection';
import { groupBy } from '../measurement/group-by';
import type { UnmeasuredTime } from '../measurement/silences';
import type { Silence } from '../measurement/types';
import type { ProbeSummaryRow, SilenceRow } from '../store/types';

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

/** What a vantage knows of each target that it probed. */
export function watchTargets(
  { vantage, gaps }: WatchingVantage,
  silences: ReadonlyMap<SilenceRow, Silence>,
  probes: readonly ProbeSummaryRow[],
): TargetWatch {
  if (vantage === null) return () => null;
  const keyOf = (kind: string, target: string): string => `${kind} ${target}`;
  const silencesOf = groupBy(
    [...silences].filter(([row]) => row.vantage === vantage),
    ([row]) => keyOf(row.target_kind, row.target),
  );
  const probed = groupBy(
    probes.filter((row) => row.vantage === vantage),
    (row) => keyOf(row.target_kind, row.target),
  );
  const watched = new Map(
    [...probed].map(([key, own]): readonly [string, WatchedTarget] => [
      key,
      {
        vantage,
        silences: (silencesOf.get(key) ?? []).map(([, silence]) => silence),
        unmeasured: [...gaps.filter(({ target }) => target === null || target === own[0]?.target), ...beyond(own)],
        latenessMs: own.reduce((most, row) => Math.max(most, row.send_lateness_max_ms ?? 0), 0),
      },
    ]),
  );
  return (kind, target) => watched.get(keyOf(kind, target)) ?? null;
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
