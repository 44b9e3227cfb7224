import { isDown, whereabouts, type Moved, type World } from './moves-of-log';
import type { MoveRow, Stored } from './read-store';

/** A busy machine writes its logs late. */
const LOG_SLACK_MS = 2_000;
/** What a fault may still spoil after it is undone. */
const AFTERWARDS_MS = 30_000;
/** Outcomes of migrations that surely began. */
const SURELY_BEGUN = ['succeeded', 'not-converged'];
/** Outcomes of migrations after which the VM is where it was. One that did not converge may have ended in success after all. */
const DID_NOT_MOVE = ['failed', 'missed', 'cancelled', 'skipped', 'no-op'];
/** Outcomes for which a fault must be the cause. */
export const NEEDS_A_CAUSE = ['failed', 'not-converged'];
/** Victims that are a host, a part of it or the way to it. */
export const HOST_FAULTS = ['host', 'libvirtd', 'ssh', 'link', 'port'];
/** Outcomes that these campaigns allow; nothing is skipped, missed or cancelled by the policies of their spec. */
const ALLOWED = ['succeeded', 'no-op', ...NEEDS_A_CAUSE];

/** Actions without a row, and a plan of another size than the campaign's shape has. */
export function withoutRow({ moves, rows }: Stored, plannedMoves: number): string[] {
  const silent = moves
    .filter(({ id }) => !rows.some(({ action }) => action === id))
    .map(({ id, vm, to }) => `${id} (${vm} to ${to}) has no row`);
  const all = moves.length === plannedMoves;
  return all ? silent : [`the plan has ${String(moves.length)} migrations, not ${String(plannedMoves)}`, ...silent];
}

/** Rows that no action explains. Nobody but drover migrates in these labs. */
export function withTwoRows({ moves, rows }: Stored): string[] {
  const planned = new Map(moves.map((move) => [move.id, move]));
  const seen = new Set<string>();
  return rows.flatMap(({ action, kind, origin, vm, to }) => {
    if (origin !== 'drover') return [`${action} (${vm} to ${to}) is said to be someone else's`];
    if (kind !== 'migrate') return [];
    const move = planned.get(action);
    const again = seen.has(action);
    seen.add(action);
    if (move === undefined) return [`${action} (${vm} to ${to}) was not planned`];
    if (move.vm !== vm || move.to !== to) return [`${action} moved ${vm} to ${to}, planned: ${move.vm} to ${move.to}`];
    return again ? [`${action} has more than one row`] : [];
  });
}

/** What rows and logs say of each other. */
export interface Matched {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly moveOf: ReadonlyMap<MoveRow, Moved>;
}

/** Gives each row the migration of the log that it tells of; what is left over was done twice, or not at all. */
export function matchRows(moved: readonly Moved[], all: readonly MoveRow[]): Matched {
  const rows = all.filter(({ origin }) => origin === 'drover');
  const left = new Set(moved);
  const lost: string[] = [];
  const moveOf = new Map<MoveRow, Moved>();
  // What is said to have succeeded has the first choice: one that failed may have left nothing in the log.
  const order = (row: MoveRow): number => (row.outcome === 'succeeded' ? 0 : 1);
  const ordered = rows.toSorted((a, b) => order(a) - order(b) || (a.requested ?? Infinity) - (b.requested ?? Infinity));
  for (const row of ordered) {
    const found = [...left].find((move) => move.vm === row.vm && move.to === row.to && couldBe(move, row));
    if (found !== undefined) {
      left.delete(found);
      moveOf.set(row, found);
    } else if (SURELY_BEGUN.includes(row.outcome))
      lost.push(`${row.action} (${row.vm} to ${row.to}) is said to have ${row.outcome}, the log has no such migration`);
  }
  const doubled: string[] = [];
  for (const move of left) {
    const { vm, to, fromMs } = move;
    const at = `at ${new Date(fromMs).toISOString()}`;
    const denying = rows.find((row) => row.vm === vm && row.to === to && !moveOf.has(row) && couldDeny(move, row));
    if (denying === undefined) doubled.push(`${vm} to ${to} ${at} belongs to no row`);
    else
      lost.push(
        `${denying.action} (${vm} to ${to}) is said to be ${denying.outcome}${denying.requested === null ? ' and never requested' : ''}, the log has its migration ${at}`,
      );
  }
  return { lost, doubled, moveOf };
}

/** Whether a row can be the one that denies a migration of the log. */
function couldDeny(move: Moved, row: MoveRow): boolean {
  return DID_NOT_MOVE.includes(row.outcome) && (row.requested === null || isInTime(move, row));
}

function couldBe(move: Moved, row: MoveRow): boolean {
  const { requested, outcome } = row;
  if (outcome === 'succeeded' && !move.succeeded) return false;
  if (DID_NOT_MOVE.includes(outcome) && move.succeeded) return false;
  // One that failed may have begun and left no time: the VM did not move then, but a QEMU may have waited for it.
  if (requested === null && outcome !== 'failed') return false;
  return isInTime(move, row);
}

function isInTime({ fromMs }: Moved, { requested, finished }: MoveRow): boolean {
  return fromMs >= (requested ?? 0) - LOG_SLACK_MS && fromMs <= (finished ?? Infinity) + LOG_SLACK_MS;
}

/** Outcomes that no fault and no policy explains. */
export function unexplained(rows: readonly MoveRow[], world: World): string[] {
  return rows.flatMap((row) => {
    const { action, vm, to, outcome, kind, origin } = row;
    if (kind !== 'migrate' || origin !== 'drover') return [];
    const what = `${action} (${vm} to ${to}) is said to be ${outcome}`;
    if (!ALLOWED.includes(outcome)) return [`${what}: nothing in the spec allows that`];
    const moments = [row.finished ?? row.requested ?? row.effectiveDue ?? 0, row.effectiveDue ?? 0];
    const wasThere = moments.some((ms) => whereabouts(vm, ms, world) === to);
    if (outcome === 'no-op' && !wasThere) return [`${what}, the log has the VM elsewhere`];
    if (!NEEDS_A_CAUSE.includes(outcome) || causeOf(row, world) !== null) return [];
    return [`${what}, and no fault struck its VM or one of its hosts`];
  });
}

/** What explains that a migration failed: its VM did not run, or a fault struck it, a host of it, or a connection. */
export function causeOf(row: MoveRow, world: World): string | null {
  const begin = row.requested ?? row.effectiveDue ?? 0;
  const end = row.finished ?? begin + AFTERWARDS_MS;
  const hosts = [row.from, row.to, whereabouts(row.vm, begin, world)];
  const fault = world.faults.find(
    ({ victim, target, fromMs, untilMs }) =>
      fromMs < end + LOG_SLACK_MS &&
      untilMs > begin - AFTERWARDS_MS &&
      (victim === 'qemu' ? target === row.vm : HOST_FAULTS.includes(victim) && hosts.includes(target)),
  );
  if (fault !== undefined) return `${fault.victim} ${fault.target ?? ''}: ${fault.deed}`;
  return isDown(row.vm, begin, world) ? `${row.vm} did not run` : null;
}

/** More migrations at once than a host may have, by the log alone. */
export function overLimit(moved: readonly Moved[], limit: number): string[] {
  const found: string[] = [];
  for (const move of moved)
    for (const host of [move.to, move.from]) {
      const at = moved.filter(
        (other) => other.fromMs <= move.fromMs && other.untilMs > move.fromMs && [other.to, other.from].includes(host),
      );
      if (host !== null && at.length > limit)
        found.push(`${String(at.length)} migrations on ${host} at ${new Date(move.fromMs).toISOString()}`);
    }
  return [...new Set(found)];
}
