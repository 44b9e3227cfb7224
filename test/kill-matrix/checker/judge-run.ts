import type { JournalFault } from './journal-fault';
import { unmarkedFigures } from './judge-figures';
import { madeUpValues, unaccountedTicks } from './judge-ledger';
import { causeOf, matchRows, NEEDS_A_CAUSE, overLimit, unexplained, withoutRow, withTwoRows } from './judge-rows';
import { movesOfLog, type World } from './moves-of-log';
import type { LogEvent } from './read-logs';
import type { Stored } from './read-store';

/** What is wrong with a run, one sentence each; all lists are empty if nothing is. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly limitExceeded: readonly string[];
  readonly unaccounted: readonly string[];
  readonly unmarked: readonly string[];
}

/** Of a run that has nothing wrong. */
export const CLEAN: Verdict = { lost: [], doubled: [], limitExceeded: [], unaccounted: [], unmarked: [] };

/** What a run left to be judged, and what was asked of it. */
export interface Run {
  readonly stored: Stored;
  readonly events: readonly LogEvent[];
  readonly faults: readonly JournalFault[];
  readonly limitPerHost: number;
  readonly migrations: number;
  readonly sampleEveryMs: number;
}

/** Why each migration that failed may have, for a reader to agree or not. */
export function causesOf(run: Run): readonly string[] {
  const world = worldOf(run);
  return run.stored.rows.flatMap((row) => {
    if (!NEEDS_A_CAUSE.includes(row.outcome)) return [];
    const { action, vm, from, to, outcome, error } = row;
    return [
      `${action} ${vm} ${from ?? '?'} to ${to}: ${outcome}, ${error ?? ''} [${causeOf(row, world) ?? 'no fault explains it'}]`,
    ];
  });
}

/** Judges a run by QEMU's logs, the store, the plan and the faults that struck it. */
export function judgeRun(run: Run): Verdict {
  const { stored, faults, limitPerHost, migrations, sampleEveryMs } = run;
  const world = worldOf(run);
  const matched = matchRows(world.moved, stored.rows);
  return {
    lost: [...withoutRow(stored, migrations), ...matched.lost, ...unexplained(stored.rows, world)],
    doubled: [...withTwoRows(stored), ...matched.doubled],
    limitExceeded: overLimit(world.moved, limitPerHost),
    unaccounted: unaccountedTicks(stored, sampleEveryMs, world),
    unmarked: [
      ...stored.rows.flatMap((row) => unmarkedFigures(row, matched.moveOf.get(row), faults)),
      ...madeUpValues(stored, sampleEveryMs, faults),
    ],
  };
}

function worldOf({ events, faults }: Run): World {
  return { events, faults, moved: movesOfLog(events, faults) };
}
