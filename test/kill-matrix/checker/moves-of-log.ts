import type { JournalFault } from './journal-fault';
import type { LogEvent } from './read-logs';

/** A migration of QEMU's log: from the start of the receiving QEMU to the end of one of the two. */
export interface Moved {
  readonly vm: string;
  /** Where the log has the VM when its migration begins; null: nowhere. */
  readonly from: string | null;
  readonly to: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly succeeded: boolean;
}

/** What the logs and the journal of faults say of a run. */
export interface World {
  readonly events: readonly LogEvent[];
  readonly moved: readonly Moved[];
  readonly faults: readonly JournalFault[];
}

/** All migrations that QEMU's logs know, in their order. */
export function movesOfLog(events: readonly LogEvent[], faults: readonly JournalFault[]): readonly Moved[] {
  const moved: Moved[] = [];
  for (const [index, event] of events.entries()) {
    if (event.kind !== 'arrival') continue;
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
    const from = whereabouts(vm, event.atMs, { events, moved });
    moved.push({ vm, from, to: host, fromMs: event.atMs, untilMs: Math.min(endMs, killedAtMs), succeeded });
  }
  return moved;
}

/** The host on which the log has a VM at a moment: where it was last started or has arrived. */
export function whereabouts(vm: string, atMs: number, { events, moved }: Omit<World, 'faults'>): string | null {
  const starts = events.filter((event) => event.kind === 'start').map((event) => ({ ...event, sinceMs: event.atMs }));
  const arrivals = moved
    .filter(({ succeeded }) => succeeded)
    .map((move) => ({ vm: move.vm, host: move.to, sinceMs: move.untilMs }));
  const before = [...starts, ...arrivals].filter((each) => each.vm === vm && each.sinceMs <= atMs);
  return before.sort((one, other) => one.sinceMs - other.sinceMs).at(-1)?.host ?? null;
}

/** Whether a VM runs nowhere by the log: it has ended where it was, or its host was killed, and nothing has started it since. */
export function isDown(vm: string, atMs: number, world: World): boolean {
  const { events, moved, faults } = world;
  const begins = [
    ...events.filter((event) => event.vm === vm && event.kind === 'start').map((event) => event.atMs),
    ...moved.filter((move) => move.vm === vm && move.succeeded).map((move) => move.untilMs),
  ];
  const ends = [
    ...events.filter((event) => event.vm === vm && event.kind === 'gone'),
    ...faults
      .filter(({ victim, deed }) => victim === 'host' && deed === 'SIGKILL')
      .map(({ target, fromMs }) => ({ host: target, atMs: fromMs })),
  ].filter((end) => end.host === whereabouts(vm, end.atMs, world));
  const last = (times: readonly number[]): number => Math.max(-Infinity, ...times.filter((time) => time <= atMs));
  return last(ends.map((end) => end.atMs)) > last(begins);
}
