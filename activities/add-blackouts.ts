import { BROWNOUT_AFTER_MS, measureBlackout, noiseFloor, type Watched } from '../measurement/blackout';
import { groupBy } from '../measurement/group-by';
import type { HeardHost } from '../measurement/host-silence';
import { createRoleJudge } from '../measurement/silence-roles';
import type { Blackout, Silence } from '../measurement/types';
import type {
  BlackoutFigures,
  BlackoutRow,
  CampaignRecord,
  ClockRow,
  MigrationRow,
  ProbeSummaryRow,
  SilenceRow,
} from '../store/types';
import { onVantageClock, readingsByMachine, type ReadingsByMachine } from './clock-corrections';
import { silenceOfRow } from './measurement-rows';
import { NO_BLACKOUT } from './no-blackout';
import { watchTargets, type WatchedTarget, type WatchingVantage } from './watched-targets';

/** Everything stored of a campaign that blackouts are made of. */
export interface MeasuredCampaign {
  readonly campaign: CampaignRecord;
  readonly migrations: readonly MigrationRow[];
  readonly silences: readonly SilenceRow[];
  readonly probes: readonly ProbeSummaryRow[];
  /** The machine of the worker first: what it saw is in the rows of migrations too. */
  readonly vantages: readonly WatchingVantage[];
  readonly clocks: readonly ClockRow[];
}

/** Rows with what migrations cost, and the rows of silences with their roles, each in order of time. */
export interface CampaignBlackouts {
  readonly migrations: MigrationRow[];
  readonly silences: SilenceRow[];
  /** One row a migration and vantage. */
  readonly blackouts: BlackoutRow[];
}

/** Judges what each vantage saw of each migration, each vantage by itself. */
export function addBlackouts(measured: MeasuredCampaign): CampaignBlackouts {
  const migrations = [...measured.migrations].sort(byRequest);
  const silenceRows = [...measured.silences].sort((a, b) => a.start - b.start || a.target.localeCompare(b.target));
  const silences = new Map(silenceRows.map((row) => [row, silenceOfRow(row)]));
  const located = new Set<Silence>();
  const clocks = readingsByMachine(measured.clocks);
  const views = measured.vantages.map((watching) => ({
    vantage: watching.vantage,
    seen: blackoutsFrom(watching, migrations, silences, measured, clocks, located),
  }));
  const [own] = views;
  return {
    migrations: migrations.map((row, index) => {
      const { figures, probed } = own?.seen[index] ?? notProbed(row, null);
      // A vantage that did not probe the VM is none that saw it.
      return { ...row, ...figures, vantage: probed ? (own?.vantage ?? null) : null };
    }),
    silences: withRoles(measured, silences, located),
    blackouts: views.flatMap(({ vantage, seen }) =>
      vantage === null
        ? []
        : migrations.map(({ campaign, action, vm }, index) => ({
            ...{ campaign, action, vm, vantage },
            ...(seen[index]?.figures ?? NO_BLACKOUT),
          })),
    ),
  };
}

/** What a vantage knows of one migration. */
interface Seen {
  readonly figures: BlackoutFigures;
  /** False: it did not probe the VM, and the figures say only why. */
  readonly probed: boolean;
}

/** In the order of the migrations; silences that hold a switch-over are added to `located`. */
function blackoutsFrom(
  watching: WatchingVantage,
  migrations: readonly MigrationRow[],
  silences: ReadonlyMap<SilenceRow, Silence>,
  { campaign, probes }: MeasuredCampaign,
  clocks: ReadingsByMachine,
  located: Set<Silence>,
): readonly Seen[] {
  const watch = watchTargets(watching, silences, probes);
  const migrationsOfVm = groupBy(migrations, ({ vm }) => vm);
  const watchedVms = new Map(
    [...migrationsOfVm].map(([vm, own]) => [vm, watchedVm(watch('vm', vm), own, campaign)] as const),
  );
  const hostsOf = ({ from, to }: MigrationRow): readonly HeardHost[] | null => {
    const hosts = [from, to].flatMap((name) => (name === null ? [] : (watch('host', name) ?? [])));
    return hosts.length === 2 ? hosts : null;
  };

  return migrations.map((row) => {
    const watched = watchedVms.get(row.vm) ?? null;
    if (watched === null) return notProbed(row, watching.problem);
    const siblings = migrationsOfVm.get(row.vm) ?? [];
    const next = siblings.slice(siblings.indexOf(row) + 1).find(({ requested }) => requested !== null);
    const times = onVantageClock(row, next?.requested ?? null, watched.vantage, clocks);
    const events = { switchedOver: row.outcome === 'succeeded', downtimeMs: row.downtime_ms, hosts: hostsOf(row) };
    const { blackout, silence } = measureBlackout({ ...times, ...events }, watched);
    if (silence !== null) located.add(silence);
    return { figures: figuresOf(blackout), probed: true };
  });
}

function notProbed({ vm }: MigrationRow, problem: string | null): Seen {
  const why = problem === null ? '' : `: ${problem}`;
  return { figures: { ...NO_BLACKOUT, blackout_gap: `${vm} was not probed${why}` }, probed: false };
}

function watchedVm(
  watched: WatchedTarget | null,
  migrations: readonly MigrationRow[],
  campaign: CampaignRecord,
): Watched | null {
  if (watched === null || campaign.prober === undefined) return null;
  const { promptMs, periodMs } = campaign.prober;
  return {
    ...watched,
    promptMs,
    unseenMs: promptMs + periodMs + watched.latenessMs,
    noiseFloorMs: noiseFloorOf(campaign, watched, migrations),
  };
}

/** Null unless the VM was probed throughout what is left of the background once its placement has died away. */
function noiseFloorOf(
  { background }: CampaignRecord,
  { silences, unmeasured }: WatchedTarget,
  migrations: readonly MigrationRow[],
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

function figuresOf(blackout: Blackout): BlackoutFigures {
  const known = blackout.blackoutMs !== null && blackout.noiseFloorMs !== null;
  return {
    blackout_ms: blackout.blackoutMs,
    blackout_low_ms: blackout.lowMs,
    blackout_high_ms: blackout.highMs,
    blackout_located_by: blackout.locatedBy,
    blackout_below_noise: known ? blackout.belowNoise : null,
    blackout_gap: blackout.gap,
    noise_floor_ms: blackout.noiseFloorMs,
    lost_ms: blackout.lostMs,
    guest_stop_ms: blackout.guestStopMs,
    host_silent_ms: blackout.hostSilentMs,
    brownout_ms: blackout.brownoutMs,
  };
}

function byRequest(a: MigrationRow, b: MigrationRow): number {
  const when = (row: MigrationRow): number => row.requested ?? row.effective_due ?? row.due ?? Infinity;
  return (when(a) === when(b) ? 0 : when(a) - when(b)) || a.action.localeCompare(b.action, 'en', { numeric: true });
}
