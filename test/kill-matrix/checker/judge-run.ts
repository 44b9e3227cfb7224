import type { LogEvent } from './read-logs';
import type { MoveRow, Stored } from './read-store';

/** A fault as the journal of a run has it. Times UTC ms. */
export interface JournalFault {
  readonly victim: string;
  readonly deed: string;
  readonly target: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What is wrong with a run, one sentence each; all lists are empty if nothing is. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly limitExceeded: readonly string[];
  readonly unaccounted: readonly string[];
  readonly unmarked: readonly string[];
}

/** What a run left to be judged. */
export interface Run {
  readonly stored: Stored;
  readonly events: readonly LogEvent[];
  readonly faults: readonly JournalFault[];
  readonly limitPerHost: number;
}

/** A migration of QEMU's log: from the start of the receiving QEMU to the end of one of the two. */
interface Moved {
  readonly vm: string;
  readonly to: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly succeeded: boolean;
}

/** A busy machine writes its logs late. */
const LOG_SLACK_MS = 2_000;
/** Success is reported after QEMU's end, when libvirt on both hosts has confirmed: a share of how long the whole took. */
const CONFIRMING = 0.2;
/** The VM is switched over this long before the source's QEMU ends, or a little earlier. */
const SWITCH_OVER_MS = 300;
/** Outcomes of migrations that surely began. */
const SURELY_BEGUN = ['succeeded', 'not-converged'];
/** Outcomes that a row may have of which it says that nothing was requested. */
const MAY_BE_UNREQUESTED = ['failed', 'missed', 'cancelled', 'skipped', 'no-op'];

/** Judges a run by QEMU's logs, the store and the plan. */
export function judgeRun(run: Run): Verdict {
  const moved = movesOf(run.events, run.faults);
  const matched = match(moved, run.stored.rows);
  return {
    lost: [...withoutRow(run.stored), ...matched.lost],
    doubled: [...withTwoRows(run.stored), ...matched.doubled],
    limitExceeded: overLimit(moved, run.limitPerHost, run.stored.rows),
    unaccounted: unaccountedTicks(run.stored),
    unmarked: [...run.stored.rows.flatMap((row) => unmarkedFigures(row, matched.moveOf.get(row), run.faults))],
  };
}

function movesOf(events: readonly LogEvent[], faults: readonly JournalFault[]): readonly Moved[] {
  return events.flatMap((event, index) => {
    if (event.kind !== 'arrival') return [];
    const { vm, host } = event;
    // The source's QEMU ends as "migrated" if it succeeded; if it failed, the target's own QEMU ends first.
    const end = events
      .slice(index + 1)
      .find(
        (later) => later.vm === vm && (later.kind === 'migrated' || later.kind === 'arrival' || later.host === host),
      );
    // A host that is killed has no time to write that its QEMUs end.
    const killed = faults.filter(
      (fault) => fault.victim === 'host' && fault.deed === 'SIGKILL' && fault.target === host,
    );
    const killedAtMs = Math.min(...killed.map(({ fromMs }) => fromMs).filter((atMs) => atMs > event.atMs));
    const endMs = end?.atMs ?? Infinity;
    const succeeded = end?.kind === 'migrated' && end.host !== host && endMs < killedAtMs;
    return [{ vm, to: host, fromMs: event.atMs, untilMs: Math.min(endMs, killedAtMs), succeeded }];
  });
}

function withoutRow({ moves, rows }: Stored): string[] {
  return moves
    .filter(({ id }) => !rows.some(({ action }) => action === id))
    .map(({ id, vm, to }) => `${id} (${vm} to ${to}) has no row`);
}

function withTwoRows({ moves, rows }: Stored): string[] {
  const planned = new Map(moves.map((move) => [move.id, move]));
  const seen = new Set<string>();
  return rows.flatMap(({ action, kind, origin, vm, to }) => {
    if (kind !== 'migrate' || origin !== 'drover') return [];
    const move = planned.get(action);
    const again = seen.has(action);
    seen.add(action);
    if (move === undefined) return [`${action} (${vm} to ${to}) was not planned`];
    if (move.vm !== vm || move.to !== to) return [`${action} moved ${vm} to ${to}, planned: ${move.vm} to ${move.to}`];
    return again ? [`${action} has more than one row`] : [];
  });
}

/** Gives each row the migration of the log that it tells of; what is left over was done twice, or not at all. */
function match(moved: readonly Moved[], rows: readonly MoveRow[]) {
  const left = new Set(moved);
  const lost: string[] = [];
  const moveOf = new Map<MoveRow, Moved>();
  for (const row of [...rows].sort((a, b) => (a.requested ?? Infinity) - (b.requested ?? Infinity))) {
    const found = [...left].find((move) => move.vm === row.vm && move.to === row.to && couldBe(move, row));
    if (found !== undefined) {
      left.delete(found);
      moveOf.set(row, found);
    } else if (SURELY_BEGUN.includes(row.outcome))
      lost.push(`${row.action} (${row.vm} to ${row.to}) is said to have ${row.outcome}, the log has no such migration`);
  }
  const doubled: string[] = [];
  for (const { vm, to, fromMs } of left) {
    const at = `at ${new Date(fromMs).toISOString()}`;
    const silent = rows.find((row) => row.vm === vm && row.to === to && saysUnrequested(row));
    if (silent === undefined) doubled.push(`${vm} to ${to} ${at} belongs to no row`);
    else
      lost.push(
        `${silent.action} (${vm} to ${to}) is said to be ${silent.outcome} and never requested, the log has its migration ${at}`,
      );
  }
  return { lost, doubled, moveOf };
}

function saysUnrequested({ requested, outcome }: MoveRow): boolean {
  return requested === null && MAY_BE_UNREQUESTED.includes(outcome);
}

function couldBe(move: Moved, row: MoveRow): boolean {
  const { requested, finished, outcome } = row;
  if (outcome === 'succeeded' && !move.succeeded) return false;
  // One that failed may have begun and left no time: the VM did not move then, but a QEMU may have waited for it.
  if (saysUnrequested(row) && (outcome !== 'failed' || move.succeeded)) return false;
  const from = (requested ?? 0) - LOG_SLACK_MS;
  const until = (finished ?? Infinity) + LOG_SLACK_MS;
  return move.fromMs >= from && move.fromMs <= until;
}

/** Only what has a known source counts for the source. */
function overLimit(moved: readonly Moved[], limit: number, rows: readonly MoveRow[]): string[] {
  const sourceOf = (move: Moved): string | null =>
    rows.find((row) => row.vm === move.vm && row.to === move.to && couldBe(move, row))?.from ?? null;
  const found: string[] = [];
  for (const move of moved)
    for (const host of [move.to, sourceOf(move)]) {
      const at = moved.filter(
        (other) =>
          other.fromMs <= move.fromMs && other.untilMs > move.fromMs && [other.to, sourceOf(other)].includes(host),
      );
      if (host !== null && at.length > limit)
        found.push(`${String(at.length)} migrations on ${host} at ${new Date(move.fromMs).toISOString()}`);
    }
  return [...new Set(found)];
}

function unaccountedTicks({ ledger, entities }: Stored): string[] {
  if (ledger.length === 0) return ['there is no ledger'];
  const ticks = new Set(ledger.map(({ tick }) => tick));
  const sorted = [...ticks].sort((a, b) => a - b);
  const steps = new Set(sorted.slice(1).map((tick, index) => tick - (sorted[index] ?? 0)));
  const found = steps.size > 1 ? [`the grid has holes: steps of ${[...steps].join(', ')} ms`] : [];
  for (const entity of entities) {
    const own = ledger.filter((entry) => entry.entity === entity);
    const once = new Set(own.map(({ tick }) => tick));
    if (once.size !== ticks.size || own.length !== ticks.size)
      found.push(`${entity}: ${String(own.length)} entries of ${String(ticks.size)} ticks`);
    const silent = own.filter(({ state, reason }) => state === 'gap' && (reason ?? '') === '');
    if (silent.length > 0) found.push(`${entity}: ${String(silent.length)} gaps without a reason`);
    const hollow = own.filter(({ state, samples }) => (state === 'gap') !== (samples === 0));
    if (hollow.length > 0)
      found.push(`${entity}: ${String(hollow.length)} entries disagree with the samples that are stored`);
  }
  return found;
}

/** Figures that a fault falsified without a mark. */
function unmarkedFigures(row: MoveRow, move: Moved | undefined, faults: readonly JournalFault[]): string[] {
  const { action, outcome, provenance, requested, finished, migrationMs } = row;
  if (outcome !== 'succeeded' || requested === null || finished === null) return [];
  const found: string[] = [];
  const during = (victims: readonly string[], deed: string): readonly JournalFault[] =>
    faults.filter(
      (fault) =>
        victims.includes(fault.victim) && fault.deed === deed && fault.untilMs > requested && fault.fromMs < finished,
    );
  if (provenance === 'observed') {
    const killed = during(['worker', 'worker and server'], 'SIGKILL').filter(
      ({ fromMs }) => fromMs > requested && fromMs < finished,
    );
    if (killed.length > 0) found.push(`${action}: observed by a worker that was killed meanwhile`);
    const slackMs = Math.max(LOG_SLACK_MS, CONFIRMING * (finished - requested));
    if (move !== undefined && Math.abs(move.untilMs - finished) > slackMs)
      found.push(`${action}: finished ${String(Math.round(finished - move.untilMs))} ms after QEMU's own end`);
    if (migrationMs === null || Math.abs(finished - requested - migrationMs) > 100)
      found.push(`${action}: migration_ms is not the time from requested to finished`);
  }
  const endMs = move?.untilMs ?? finished;
  const deaf = [...during(['prober'], 'SIGKILL'), ...during(['prober'], 'SIGSTOP')].filter(
    ({ fromMs, untilMs }) =>
      // A killed one may have been started again before its fault counts as over.
      Math.min(untilMs, finished) - Math.max(fromMs, requested) > 1_500 &&
      fromMs < endMs - SWITCH_OVER_MS &&
      untilMs > endMs - SWITCH_OVER_MS,
  );
  if (deaf.length > 0 && row.blackoutMs !== null && row.blackoutGap === null)
    found.push(`${action}: a blackout is given, though the prober did not run at the switch-over`);
  const { blackoutMs, blackoutLowMs, blackoutHighMs, blackoutGap } = row;
  if (blackoutMs === null && blackoutGap === null) found.push(`${action}: neither blackout nor the reason for its gap`);
  if (
    blackoutMs !== null &&
    !((blackoutLowMs ?? Infinity) <= blackoutMs && blackoutMs <= (blackoutHighMs ?? -Infinity))
  )
    found.push(`${action}: the blackout is outside its own bounds`);
  return found;
}
