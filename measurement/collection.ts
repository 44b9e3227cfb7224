import { groupBy } from './group-by';
import { summariseProbes, summaryOf, type MinuteState, type ProbeSummary } from './probe-summary';
import { emptySilenceState, type SilenceState } from './silence-state';
import { endSilences, followSilences, type FollowedSilences, type UnmeasuredTime } from './silences';
import type { ProbeRecord, Silence } from './types';

/** A time in which one target (null: none of them) was not measured. UTC ms. */
export interface MeasurementGap extends UnmeasuredTime {
  readonly target: string | null;
}

/** Everything that the collection of one vantage carries from segment to segment; plain JSON. */
export interface CollectionState {
  readonly vantage: string;
  /** Where the prober's records go on; null: from the beginning. */
  readonly cursor: string | null;
  /** True once everything is settled and no record will follow. */
  readonly closed: boolean;
  readonly targets: Readonly<Record<string, TargetState>>;
  readonly gaps: readonly MeasurementGap[];
  /** When the prober was found not running, and why. */
  readonly outages: readonly { readonly atMs: number; readonly reason: string }[];
}

/** What is carried of one target. */
export interface TargetState {
  readonly silences: SilenceState;
  readonly minute: MinuteState | null;
}

/** What a prober handed over. */
export interface CollectedRecords {
  readonly records: readonly ProbeRecord[];
  readonly gaps: readonly UnmeasuredTime[];
  readonly cursor: string;
}

/** How the probes were sent and judged. */
export interface ProbeTiming {
  readonly promptMs: number;
  readonly periodMs: number;
}

/** The next state and what is to be stored before it. */
export interface Collected {
  readonly state: CollectionState;
  readonly silences: readonly Silence[];
  readonly summaries: readonly (ProbeSummary & { readonly target: string })[];
}

/** The state before the first record. */
export function emptyCollection(vantage: string): CollectionState {
  return { vantage, cursor: null, closed: false, targets: {}, gaps: [], outages: [] };
}

/** Takes the next records of all targets; the given state is left as it was. */
export function collectRecords(state: CollectionState, timing: ProbeTiming, harvest: CollectedRecords): Collected {
  const { periodMs } = timing;
  const gaps: MeasurementGap[] = harvest.gaps.map((gap) => ({ ...gap, target: null }));
  // A long backlog arrives in pieces, its list of gaps with the first of them.
  const told = [...state.gaps.filter(({ target }) => target === null), ...harvest.gaps];
  const targets = new Map(Object.entries(state.targets));
  const silences: Silence[] = [];
  const summaries: Collected['summaries'][number][] = [];
  for (const [target, records] of groupBy(harvest.records, ({ target: probed }) => probed)) {
    const before = targets.get(target) ?? { silences: emptySilenceState(), minute: null };
    const probed = { ...timing, target, vantage: state.vantage };
    const followed = followSilences(probed, before.silences, records);
    const summarised = summariseProbes(before.minute, records, periodMs);
    silences.push(...followed.silences);
    summaries.push(...summarised.summaries.map((summary) => ({ ...summary, target })));
    gaps.push(...gapsOf(target, followed, state, told));
    targets.set(target, { silences: followed.state, minute: summarised.state });
  }
  const next = {
    ...state,
    cursor: harvest.cursor,
    targets: Object.fromEntries(targets),
    gaps: [...state.gaps, ...gaps],
  };
  return { state: next, silences, summaries };
}

/** Settles everything at the end of the measurement: silences still going on are open, an outage never mended is a gap. */
export function closeCollection(state: CollectionState, timing: ProbeTiming, nowMs: number): Collected {
  const gaps: MeasurementGap[] = [];
  const silences: Silence[] = [];
  const summaries: Collected['summaries'][number][] = [];
  const targets: Record<string, TargetState> = {};
  for (const [target, before] of Object.entries(state.targets)) {
    const followed = endSilences({ ...timing, target, vantage: state.vantage }, before.silences);
    silences.push(...followed.silences);
    if (before.minute !== null) summaries.push({ ...summaryOf(before.minute, timing.periodMs), target });
    const { lastSentMs } = followed.state;
    const outage = state.outages.find(({ atMs }) => lastSentMs !== null && atMs > lastSentMs);
    if (outage !== undefined && lastSentMs !== null)
      gaps.push({ target, fromMs: lastSentMs, untilMs: nowMs, reason: outage.reason });
    targets[target] = { silences: followed.state, minute: null };
  }
  return { state: { ...state, closed: true, targets, gaps: [...state.gaps, ...gaps] }, silences, summaries };
}

/** Notes that the prober was found not running; how long it was away shows when its records go on. */
export function noteOutage(state: CollectionState, atMs: number, reason: string): CollectionState {
  return { ...state, outages: [...state.outages, { atMs, reason }] };
}

/** Gaps of one target, with the reason of whoever knows it best. */
function gapsOf(
  target: string,
  { unmeasured }: FollowedSilences,
  { outages }: CollectionState,
  reported: readonly UnmeasuredTime[],
): MeasurementGap[] {
  return unmeasured.map(({ fromMs, untilMs, reason }) => {
    const outage = outages.find(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
    const told = reported.find((gap) => gap.untilMs >= fromMs && gap.fromMs <= untilMs);
    return { target, fromMs, untilMs, reason: told?.reason ?? outage?.reason ?? reason };
  });
}
