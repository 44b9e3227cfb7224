import { BROWNOUT_AFTER_MS, measureBlackout, noiseFloor, type Watched } from '../measurement/blackout';
import type { MeasurementGap } from '../measurement/collection';
import { createRoleJudge } from '../measurement/silence-roles';
import type { Blackout, Silence } from '../measurement/types';
import type { CampaignRecord, ClockRow, MigrationRow, ProbeSummaryRow, SilenceRow } from '../store/types';
import { onVantageClock } from './clock-corrections';
import { silenceOfRow } from './measurement-rows';

/** Everything stored of a campaign that blackouts are made of. */
export interface MeasuredCampaign {
  readonly campaign: CampaignRecord;
  readonly migrations: readonly MigrationRow[];
  readonly silences: readonly SilenceRow[];
  readonly probes: readonly ProbeSummaryRow[];
  readonly gaps: readonly MeasurementGap[];
  readonly clocks: readonly ClockRow[];
}

/** The rows of migrations with what they cost, and the rows of silences with their roles, each in order of time. */
export function addBlackouts(measured: MeasuredCampaign): { migrations: MigrationRow[]; silences: SilenceRow[] } {
  const migrations = [...measured.migrations].sort(byRequest);
  const silenceRows = [...measured.silences].sort((a, b) => a.start - b.start || a.target.localeCompare(b.target));
  const silences = new Map(silenceRows.map((row) => [row, silenceOfRow(row)]));
  const ofVm = groupBy(
    silenceRows.filter(({ target_kind }) => target_kind === 'vm'),
    ({ target }) => target,
  );
  const migrationsOfVm = groupBy(migrations, ({ vm }) => vm);
  const blackouts = new Set<Silence>();
  const watchedVms = new Map<string, Watched | null>();
  const watchedVm = (vm: string): Watched | null => {
    const known = watchedVms.get(vm);
    if (known !== undefined) return known;
    const own = (ofVm.get(vm) ?? []).flatMap((row) => silences.get(row) ?? []);
    const watched = watch(vm, own, migrationsOfVm.get(vm) ?? [], measured);
    watchedVms.set(vm, watched);
    return watched;
  };

  const withBlackout = migrations.map((row) => {
    const watched = watchedVm(row.vm);
    if (watched === null) return { ...row, blackout_gap: `${row.vm} was not probed` };
    const siblings = migrationsOfVm.get(row.vm) ?? [];
    const next = siblings.slice(siblings.indexOf(row) + 1).find(({ requested }) => requested !== null);
    const times = onVantageClock(row, next?.requested ?? null, watched.vantage, measured.clocks);
    const { blackout, silence } = measureBlackout(
      { ...times, switchedOver: row.outcome === 'succeeded', downtimeMs: row.downtime_ms },
      watched,
    );
    if (silence !== null) blackouts.add(silence);
    return { ...row, ...columnsOf(blackout) };
  });
  return { migrations: withBlackout, silences: withRoles(measured, silences, blackouts) };
}

function watch(
  vm: string,
  silences: readonly Silence[],
  migrations: readonly MigrationRow[],
  { campaign, probes, gaps }: MeasuredCampaign,
): Watched | null {
  const own = probes.filter(({ target, target_kind }) => target_kind === 'vm' && target === vm);
  const [first] = own;
  if (first === undefined || campaign.prober === undefined) return null;
  const { promptMs, periodMs } = campaign.prober;
  const latenessMs = own.reduce((most, row) => Math.max(most, row.send_lateness_max_ms ?? 0), 0);
  const unmeasured = [
    ...gaps.filter(({ target }) => target === null || target === vm),
    // Before the first probe and after the last one nothing was measured either.
    {
      fromMs: -Infinity,
      untilMs: own.reduce((least, { from }) => Math.min(least, from), Infinity),
      reason: 'the prober did not run yet',
    },
    {
      fromMs: own.reduce((most, { until }) => Math.max(most, until), -Infinity),
      untilMs: Infinity,
      reason: 'the prober ran no more',
    },
  ];
  const seen = silences.filter(({ vantage }) => vantage === first.vantage);
  return {
    vantage: first.vantage,
    silences: seen,
    unmeasured,
    promptMs,
    unseenMs: promptMs + periodMs + latenessMs,
    noiseFloorMs: noiseFloorOf(campaign, seen, migrations, unmeasured),
  };
}

/** Null unless the VM was probed throughout what is left of the background once its placement has died away. */
function noiseFloorOf(
  { background }: CampaignRecord,
  silences: readonly Silence[],
  migrations: readonly MigrationRow[],
  unmeasured: Watched['unmeasured'],
): number | null {
  if (background === undefined) return null;
  const placed = migrations.filter(({ kind }) => kind === 'place').flatMap(({ finished }) => finished ?? []);
  const requested = migrations.filter(({ kind }) => kind === 'migrate').flatMap(({ requested: at }) => at ?? []);
  const fromMs = Math.max(background.from, ...placed.map((finished) => finished + BROWNOUT_AFTER_MS));
  const untilMs = Math.min(background.until, ...requested);
  const broken = unmeasured.some((gap) => gap.untilMs > fromMs && gap.fromMs < untilMs);
  return fromMs >= untilMs || broken ? null : noiseFloor(silences, fromMs, untilMs);
}

function withRoles(
  { campaign, migrations }: MeasuredCampaign,
  silences: ReadonlyMap<SilenceRow, Silence>,
  blackouts: ReadonlySet<Silence>,
): SilenceRow[] {
  const { background } = campaign;
  const roleOf = createRoleJudge({
    background: background === undefined ? null : { fromMs: background.from, untilMs: background.until },
    migrations: migrations.flatMap(({ vm, requested: requestedAtMs, finished: finishedAtMs }) =>
      requestedAtMs === null || finishedAtMs === null ? [] : [{ vm, requestedAtMs, finishedAtMs }],
    ),
    blackouts,
  });
  return [...silences].map(([row, silence]) => ({ ...row, role: roleOf(silence, row.target_kind) }));
}

function columnsOf(blackout: Blackout): Partial<MigrationRow> {
  const known = blackout.blackoutMs !== null && blackout.noiseFloorMs !== null;
  return {
    vantage: blackout.vantage,
    blackout_ms: blackout.blackoutMs,
    blackout_low_ms: blackout.lowMs,
    blackout_high_ms: blackout.highMs,
    blackout_located_by: blackout.locatedBy,
    blackout_below_noise: known ? blackout.belowNoise : null,
    blackout_gap: blackout.gap,
    noise_floor_ms: blackout.noiseFloorMs,
    lost_ms: blackout.lostMs,
    guest_stop_ms: blackout.guestStopMs,
    brownout_ms: blackout.brownoutMs,
  };
}

function byRequest(a: MigrationRow, b: MigrationRow): number {
  const when = (row: MigrationRow): number => row.requested ?? row.effective_due ?? row.due ?? Infinity;
  return (when(a) === when(b) ? 0 : when(a) - when(b)) || a.action.localeCompare(b.action, 'en', { numeric: true });
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
