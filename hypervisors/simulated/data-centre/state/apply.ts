import { flowOf } from '../model/flow';
import { stop, switchEarly, end, wait } from '../model/transitions';
import { DOWNTIME_LIMIT_MS, TIMING } from '../model/timing';
import type { Command, Fault, StartCommand } from './commands';
import { hostOf, migrationOf } from './refuse';
import type { MigrationState, State } from './state';

/** What the one who sent a command has to know beyond the new state. */
export interface Applied {
  /** Break the connection instead of answering. */
  readonly loseReply: boolean;
  /** A migration really began. */
  readonly began: boolean;
}

/** Does a command that `refuse` let through, at the state's clock. The same state and command always lead to the same state. */
export function apply(state: State, command: Command): Applied {
  switch (command.do) {
    case 'start':
      return start(state, command);
    case 'cancel': {
      const migration = migrationOf(state, command.id);
      if (migration.end === null)
        end(state, migration, { state: 'cancelled', code: 'cancelled', message: 'cancelled by request' });
      break;
    }
    case 'change':
      change(state, migrationOf(state, command.id), command);
      break;
    case 'void':
      migrationOf(state, command.id).phase = 'void';
      break;
    case 'forget':
      state.migrations.delete(command.id);
      break;
    case 'lease':
      state.leases.set(command.campaign, {
        expiresAtMs: state.clockMs + command.leaseMs,
        loads: command.loads,
        cpuPercent: command.cpuPercent,
        lockedMib: command.lockedMib,
      });
      break;
    case 'release':
      state.leases.delete(command.campaign);
      break;
    case 'set-host': {
      const host = hostOf(state, command.host);
      host.maintenance = command.maintenance ?? host.maintenance;
      host.memoryMib = command.memoryMib ?? host.memoryMib;
      break;
    }
    case 'inject':
      state.faults.push(command.fault);
      break;
    case 'answer-slowly':
      state.answerDelayMs = command.delayMs;
      break;
  }
  return { loseReply: false, began: false };
}

function start(state: State, { id, origin, vm, from, to, options }: StartCommand): Applied {
  const failure = takeFault(state, 'fail-next', vm);
  const migration: MigrationState = {
    id,
    origin,
    vm,
    from,
    to,
    startedAtMs: state.clockMs,
    bandwidthMibPerS: options.bandwidthMibPerS ?? null,
    autoConverge: options.autoConverge ?? false,
    postCopy: options.postCopy ?? false,
    downtimeLimitMs: options.downtimeLimitMs ?? DOWNTIME_LIMIT_MS,
    phase: 'setup',
    phaseEndsAtMs: null,
    restBytes: 0,
    dirtiedBytes: 0,
    passBytes: 0,
    iteration: 0,
    transferredBytes: 0,
    throttle: 0,
    stoppedAtMs: null,
    downtimeMs: null,
    fault:
      failure === undefined
        ? null
        : { atMs: state.clockMs + failure.afterMs, code: failure.code, message: failure.message },
    end: null,
  };
  state.migrations.set(id, migration);
  const death = takeFault(state, 'die-at-marker', vm);
  if (death !== undefined) {
    migration.phase = death.begun ? 'begun' : 'set';
    return { loseReply: true, began: false };
  }
  wait(state, migration, 'setup', TIMING.setupMs);
  state.running.add(migration);
  state.started += 1;
  return { loseReply: takeFault(state, 'lose-reply', vm) !== undefined, began: true };
}

function change(state: State, migration: MigrationState, wanted: Extract<Command, { do: 'change' }>): void {
  if (wanted.downtimeLimitMs !== undefined) {
    migration.downtimeLimitMs = wanted.downtimeLimitMs;
    const pace = flowOf(state).get(migration) ?? 0;
    const fits = migration.restBytes + migration.dirtiedBytes <= pace * migration.downtimeLimitMs;
    if (migration.phase === 'pre-copy' && fits) stop(state, migration, 'stopped');
  }
  if (wanted.postCopy === true && migration.phase === 'pre-copy') switchEarly(state, migration);
}

function takeFault<K extends Fault['kind']>(
  state: State,
  kind: K,
  vm: string,
): Extract<Fault, { kind: K }> | undefined {
  const index = state.faults.findIndex((fault) => fault.kind === kind && fault.vm === vm);
  return index < 0 ? undefined : (state.faults.splice(index, 1)[0] as Extract<Fault, { kind: K }>);
}
