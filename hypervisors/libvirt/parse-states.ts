import type { PowerState } from '../types';

/** virDomainState and virDomainShutoffReason / virDomainPausedReason of libvirt-domain.h. */
const SHUT_OFF = 5;
const SHUT_OFF_MIGRATED = 4;
const PAUSED = 3;
const PAUSED_BY_A_MOVE: readonly number[] = [2, 11, 12];
const POWER: Readonly<Record<number, PowerState>> = {
  1: 'running',
  2: 'running',
  3: 'paused',
  4: 'running',
  5: 'off',
  6: 'off',
  7: 'paused',
};

/** What one host says of one domain. */
export interface DomainState {
  readonly power: PowerState;
  /** A definition that a migration away left behind; not a VM. */
  readonly leftover: boolean;
  /** Stopped by a migration itself: the incoming side, or either side at the switch-over. */
  readonly moving: boolean;
}

/** Reads `virsh domstats --state`: name to state. */
export function parseStates(domstats: string): ReadonlyMap<string, DomainState> {
  const states = new Map<string, DomainState>();
  for (const block of domstats.split(/^Domain: /m).slice(1)) {
    const name = /^'(.*)'$/m.exec(block)?.[1];
    const state = numberOf(block, 'state.state');
    const reason = numberOf(block, 'state.reason');
    if (name === undefined || state === null) continue;
    const moving = state === PAUSED && reason !== null && PAUSED_BY_A_MOVE.includes(reason);
    states.set(name, {
      power: moving ? 'running' : (POWER[state] ?? 'unknown'),
      moving,
      leftover: state === SHUT_OFF && reason === SHUT_OFF_MIGRATED,
    });
  }
  return states;
}

function numberOf(block: string, key: string): number | null {
  const line = block.split('\n').find((each) => each.trimStart().startsWith(`${key}=`));
  const value = line?.slice(line.indexOf('=') + 1) ?? '';
  return /^\d{1,9}$/.test(value) ? Number(value) : null;
}

/**
 * Of what several hosts say of one VM, what counts: where it runs. The incoming side of a migration is paused and must
 * never hide the side that still runs; a leftover is no VM.
 */
export function whereItRuns<D extends DomainState>(seen: readonly D[]): D | undefined {
  return seen
    .filter(({ leftover }) => !leftover)
    .reduce<D | undefined>((best, each) => (best === undefined || rank(each) < rank(best) ? each : best), undefined);
}

function rank({ power, moving }: DomainState): number {
  if (power === 'running') return moving ? 2 : 0;
  return power === 'paused' ? 1 : 3;
}
