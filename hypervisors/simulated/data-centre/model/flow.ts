import type { MigrationState, State } from '../state/state';
import { dirtyMore, loadsOf, MIB } from './dirty-memory';
import { shareBandwidth } from './share-bandwidth';

/** Phases that end when their bytes are sent. */
const TRANSFERS: readonly MigrationState['phase'][] = ['pre-copy', 'stopped', 'post-copy'];

/** What each running migration sends now, bytes per millisecond; only those that are sending. */
export type Flow = ReadonlyMap<MigrationState, number>;

/** Shares the links among the migrations that are sending. */
export function flowOf(state: State): Flow {
  const sending = [...state.running].filter(({ phase }) => TRANSFERS.includes(phase));
  const wishes = sending.map((migration) => ({
    migration,
    from: migration.from,
    to: migration.to,
    limitMibPerS: migration.bandwidthMibPerS,
  }));
  const shares = shareBandwidth(wishes, (host) => state.hosts.get(host)?.linkMibPerS ?? 0);
  return new Map(wishes.map((wish) => [wish.migration, ((shares.get(wish) ?? 0) * MIB) / 1_000]));
}

/** When the next thing happens by itself if nobody interferes, UTC ms; infinite if nothing does. */
export function nextEventMs(state: State, flow: Flow): number {
  let next = Number.POSITIVE_INFINITY;
  for (const migration of state.running) next = Math.min(next, dueMs(state, migration, flow));
  // The end of a lease ends its loads, and with them what VMs use and the pace of a running migration change.
  for (const { expiresAtMs } of state.leases.values())
    if (expiresAtMs > state.clockMs) next = Math.min(next, expiresAtMs);
  return next;
}

/** When a migration's phase ends, or its injected fault strikes. */
export function dueMs({ clockMs }: State, migration: MigrationState, flow: Flow): number {
  const pace = flow.get(migration);
  const phaseMs =
    pace === undefined ? (migration.phaseEndsAtMs ?? Number.POSITIVE_INFINITY) : clockMs + migration.restBytes / pace;
  return Math.max(clockMs, Math.min(phaseMs, migration.fault?.atMs ?? Number.POSITIVE_INFINITY));
}

/** Lets time pass without an event: bytes are sent, memory is written to. */
export function letPass(state: State, flow: Flow, untilMs: number): void {
  for (const [migration, pace] of flow) Object.assign(migration, passed(state, migration, pace, untilMs));
  state.clockMs = untilMs;
}

/** A sending migration's figures at a moment before its next event. */
export function passed(
  state: State,
  migration: MigrationState,
  pace: number,
  atMs: number,
): Pick<MigrationState, 'restBytes' | 'transferredBytes' | 'dirtiedBytes'> {
  const forMs = Math.max(0, atMs - state.clockMs);
  const sent = Math.min(migration.restBytes, pace * forMs);
  const vm = state.vms.get(migration.vm);
  const writes = migration.phase === 'pre-copy' && vm !== undefined;
  return {
    restBytes: migration.restBytes - sent,
    transferredBytes: migration.transferredBytes + sent,
    dirtiedBytes: writes
      ? dirtyMore(
          migration.dirtiedBytes,
          loadsOf(state, migration.vm, state.clockMs),
          vm.memoryMib,
          1 - migration.throttle,
          forMs,
        )
      : migration.dirtiedBytes,
  };
}
