import type { WireEnd } from '../../wire';
import type { MigrationState, State, VmState } from '../state/state';
import { usedBytes } from './dirty-memory';
import { noise } from './noise';
import { THROTTLE, TIMING } from './timing';

/** What happens when a phase's bytes are sent or its time is over. `pace`: what it has been sending, bytes per ms. */
export function nextPhase(state: State, migration: MigrationState, pace: number | undefined): void {
  const vm = vmOf(state, migration);
  switch (migration.phase) {
    case 'setup':
      beginPass(state, migration, usedBytes(state, vm, state.clockMs));
      break;
    case 'pre-copy':
      afterPass(state, migration, pace ?? 0);
      break;
    case 'stopped':
      wait(state, migration, 'switching', TIMING.switchOverMs);
      break;
    case 'switching':
      arrive(state, migration, vm);
      break;
    case 'post-copy':
      wait(state, migration, 'finishing', TIMING.finishMs);
      break;
    case 'finishing':
      end(state, migration, { state: 'succeeded', code: null, message: null });
      break;
    // Neither a migration that has not begun nor one that is over goes on by itself.
    case 'set':
    case 'begun':
    case 'void':
    case 'ended':
      break;
  }
}

/** Begins a timed phase of about `meanMs`. */
export function wait(
  state: State,
  migration: MigrationState,
  phase: 'setup' | 'switching' | 'finishing',
  meanMs: number,
): void {
  migration.phase = phase;
  migration.phaseEndsAtMs = state.clockMs + meanMs * noise(state.seed, `${migration.id} ${phase}`, TIMING.spread);
}

/** The pass is over: switch over if the rest fits the downtime limit, else once more. */
function afterPass(state: State, migration: MigrationState, pace: number): void {
  const { dirtiedBytes, passBytes, autoConverge } = migration;
  if (dirtiedBytes <= pace * migration.downtimeLimitMs) {
    stop(state, migration, 'stopped');
    return;
  }
  if (migration.postCopy) {
    switchEarly(state, migration);
    return;
  }
  if (autoConverge && dirtiedBytes > passBytes * THROTTLE.trigger) {
    const { first, more, most } = THROTTLE;
    migration.throttle = migration.throttle === 0 ? first : Math.min(most, migration.throttle + more);
  }
  beginPass(state, migration, dirtiedBytes);
}

function beginPass(state: State, migration: MigrationState, bytes: number): void {
  migration.phase = 'pre-copy';
  migration.phaseEndsAtMs = null;
  migration.iteration += 1;
  const what = `${migration.id} pass ${String(migration.iteration)}`;
  migration.passBytes = bytes * noise(state.seed, what, TIMING.passSpread);
  migration.restBytes = migration.passBytes;
  migration.dirtiedBytes = 0;
}

/** Stops the VM; everything still dirty is sent meanwhile. */
export function stop(state: State, migration: MigrationState, phase: 'stopped' | 'switching'): void {
  const vm = vmOf(state, migration);
  vm.stoppedAtMs = state.clockMs;
  migration.stoppedAtMs = state.clockMs;
  migration.restBytes = migration.restBytes + migration.dirtiedBytes;
  migration.dirtiedBytes = 0;
  if (phase === 'stopped') Object.assign(migration, { phase, phaseEndsAtMs: null });
  else wait(state, migration, phase, TIMING.switchOverMs);
}

/** Post-copy: switches over now and leaves the rest for later. */
export function switchEarly(state: State, migration: MigrationState): void {
  migration.postCopy = true;
  stop(state, migration, 'switching');
}

/** The VM runs on the target from now on. */
function arrive(state: State, migration: MigrationState, vm: VmState): void {
  vm.host = migration.to;
  vm.moves += 1;
  // Past the switch-over there is no way back: a fault that comes later comes too late.
  migration.fault = null;
  resume(state, migration, vm);
  if (migration.restBytes > 0) Object.assign(migration, { phase: 'post-copy', phaseEndsAtMs: null });
  else wait(state, migration, 'finishing', TIMING.finishMs);
}

function resume(state: State, migration: MigrationState, vm: VmState): void {
  if (migration.stoppedAtMs === null || vm.stoppedAtMs === null) return;
  migration.downtimeMs = state.clockMs - migration.stoppedAtMs;
  vm.stoppedForMs += migration.downtimeMs;
  vm.stoppedAtMs = null;
}

/** Ends a migration; a VM that was stopped and has not arrived goes on where it was. */
export function end(state: State, migration: MigrationState, how: Pick<WireEnd, 'state' | 'code' | 'message'>): void {
  const vm = vmOf(state, migration);
  if (vm.stoppedAtMs !== null) resume(state, migration, vm);
  migration.phase = 'ended';
  migration.phaseEndsAtMs = null;
  migration.end = { ...how, atMs: state.clockMs, downtimeMs: how.state === 'succeeded' ? migration.downtimeMs : null };
  state.running.delete(migration);
}

function vmOf(state: State, { vm }: MigrationState): VmState {
  const found = state.vms.get(vm);
  if (found === undefined) throw new Error(`the migration of ${vm}, which does not exist`);
  return found;
}
