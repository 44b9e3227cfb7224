import type { HypervisorErrorCode } from '../../../types';
import type { WireError } from '../../wire';
import type { Command, StartCommand } from './commands';
import { isMarkerOnly, type MigrationState, type State } from './state';

/** Why a command cannot be done; nothing has happened then. */
export class Refusal extends Error implements WireError {
  override readonly name = 'Refusal';

  constructor(
    readonly code: HypervisorErrorCode,
    message: string,
    readonly hint: string,
    readonly retryable = false,
  ) {
    super(message);
  }
}

/** Checks a command against the state as it is now; changes nothing. @throws Refusal */
export function refuse(state: State, command: Command): void {
  switch (command.do) {
    case 'start':
      refuseStart(state, command);
      break;
    case 'cancel': {
      const migration = migrationOf(state, command.id);
      refuseMarkerOnly(migration);
      if (['switching', 'post-copy', 'finishing'].includes(migration.phase))
        throw new Refusal('bad-state', `${migration.vm} is past its switch-over.`, 'It will end by itself.');
      break;
    }
    case 'change': {
      const migration = migrationOf(state, command.id);
      refuseMarkerOnly(migration);
      if (migration.end !== null)
        throw new Refusal(
          'bad-state',
          `The migration of ${migration.vm} has ended.`,
          'Only a running one can be changed.',
        );
      if (command.postCopy === true && migration.phase !== 'pre-copy')
        throw new Refusal(
          'bad-state',
          `The migration of ${migration.vm} is in the phase ${migration.phase}.`,
          'Post-copy can begin while memory is being sent.',
          migration.phase === 'setup',
        );
      break;
    }
    case 'lease':
      for (const vm of [command.loads, command.cpuPercent, command.lockedMib].flatMap(Object.keys)) vmOf(state, vm);
      break;
    case 'set-host':
      hostOf(state, command.host);
      break;
    case 'inject':
      vmOf(state, command.fault.vm);
      break;
    case 'void': {
      const { vm, phase } = migrationOf(state, command.id);
      if (phase !== 'set' && phase !== 'void')
        throw new Refusal('bad-state', `The migration of ${vm} has begun.`, 'Look what became of it.');
      break;
    }
    case 'forget': {
      const migration = state.migrations.get(command.id);
      if (migration?.end === null && !isMarkerOnly(migration))
        throw new Refusal('busy', `Migration ${command.id} still runs.`, 'Wait for its end, or cancel it.', true);
      break;
    }
    case 'release':
    case 'answer-slowly':
      break;
  }
}

/** Checks that a command did not come too late. @throws Refusal */
export function refuseLate(command: Command, atMs: number): void {
  if (command.do !== 'start' || command.acceptUntilMs === undefined || atMs <= command.acceptUntilMs) return;
  const lateMs = Math.ceil(atMs - command.acceptUntilMs);
  throw new Refusal(
    'timeout',
    `The request to migrate ${command.vm} came ${String(lateMs)} ms too late.`,
    'Look for another attempt of it; then a new intent may be sent.',
    true,
  );
}

function refuseMarkerOnly(migration: MigrationState): void {
  if (isMarkerOnly(migration))
    throw new Refusal('bad-state', `The migration of ${migration.vm} does not run.`, 'Look at its marker.');
}

function refuseStart(state: State, { id, vm, from, to, moves }: StartCommand): void {
  if (state.migrations.has(id))
    throw new Refusal(
      'rejected',
      `There is a migration ${id} already.`,
      'An earlier attempt submitted it: look for it.',
    );
  const found = vmOf(state, vm);
  const [, target] = [hostOf(state, from), hostOf(state, to)];
  if ([...state.running].some((other) => other.vm === vm))
    throw new Refusal('busy', `${vm} is being migrated already.`, 'Wait for its end, or cancel it.', true);
  if (moves !== undefined && found.moves !== moves)
    throw new Refusal('stale', `${vm} has been moved since it was looked up.`, 'Look it up again.');
  if (found.host !== from)
    throw new Refusal('bad-state', `${vm} is on ${found.host}, not on ${from}.`, 'Correct the placement.');
  if (from === to) throw new Refusal('bad-state', `${vm} is on ${to} already.`, 'Choose another target.');
  if (target.maintenance)
    throw new Refusal(
      'not-permitted',
      `${to} is in maintenance mode.`,
      'Choose another target, or end its maintenance.',
    );
  const takenMib = memoryTakenMib(state, to);
  if (takenMib + found.memoryMib > target.memoryMib)
    throw new Refusal(
      'no-room',
      `${to} has ${String(target.memoryMib - takenMib)} MiB free; ${vm} needs ${String(found.memoryMib)}.`,
      'Move another VM away first, or choose another target.',
    );
}

/** Memory of a host that is taken by its VMs and by those on their way to it. */
function memoryTakenMib(state: State, host: string): number {
  const coming = new Set([...state.running].filter(({ to }) => to === host).map(({ vm }) => vm));
  return [...state.vms.values()]
    .filter((vm) => vm.host === host || coming.has(vm.name))
    .reduce((sum, { memoryMib }) => sum + memoryMib, 0);
}

/** @throws Refusal not-found */
export function vmOf(state: State, name: string): NonNullable<ReturnType<State['vms']['get']>> {
  const found = state.vms.get(name);
  if (found === undefined)
    throw new Refusal(
      'not-found',
      `There is no VM ${name}.`,
      `The data centre has ${[...state.vms.keys()].join(', ')}.`,
    );
  return found;
}

/** @throws Refusal not-found */
export function hostOf(state: State, name: string): NonNullable<ReturnType<State['hosts']['get']>> {
  const found = state.hosts.get(name);
  if (found === undefined)
    throw new Refusal(
      'not-found',
      `There is no host ${name}.`,
      `The data centre has ${[...state.hosts.keys()].join(', ')}.`,
    );
  return found;
}

/** @throws Refusal not-found */
export function migrationOf(state: State, id: string): MigrationState {
  const found = state.migrations.get(id);
  if (found === undefined)
    throw new Refusal('not-found', `There is no migration ${id}.`, 'Was it started, or forgotten?');
  return found;
}
