import { join } from 'node:path';
import { flowOf, nextEventMs } from './model/flow';
import { settle, settleExactly } from './model/settle';
import { apply, type Applied } from './state/apply';
import type { Command } from './state/commands';
import { openJournal } from './state/journal';
import { refuse, refuseLate } from './state/refuse';
import { openStartLog } from './state/start-log';
import { initialState, type State } from './state/state';
import type { DataCentreConfig } from './config';

/** A running data centre. */
export interface DataCentre {
  /** The state as it is now. */
  look(): State;
  nowMs(): number;
  /** Does a command, or refuses it. @throws Refusal */
  execute(command: Command): Applied;
  /** Calls back whenever something may have happened: a phase, an end, a command. @returns a function that ends it */
  onChange(listener: () => void): () => void;
  close(): void;
}

const LONGEST_TIMER_MS = 60_000;

/** Opens the data centre of a directory and goes on where its journal ends: running migrations have gone on meanwhile. */
export function openDataCentre(config: DataCentreConfig, directory: string): DataCentre {
  const journal = openJournal(join(directory, 'journal.jsonl'));
  const state = initialState(config);
  const began = journal.entries.filter(({ atMs, command }) => {
    settleExactly(state, atMs);
    return apply(state, command).began;
  });
  const startLog = openStartLog(join(directory, 'migrations.log'), began);
  const listeners = new Set<() => void>();
  const beganAtMs = Math.max(Date.now(), state.clockMs);
  const beganAt = performance.now();
  let eventMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const nowMs = (): number => beganAtMs + (performance.now() - beganAt);
  const changed = (): void => {
    eventMs = nextEventMs(state, flowOf(state));
    wake();
    for (const listener of [...listeners]) listener();
  };
  /** Looks when something happens; a timer may fire a little early, or long before. */
  const wake = (): void => {
    clearTimeout(timer);
    const leftMs = eventMs - nowMs();
    if (leftMs < Number.POSITIVE_INFINITY)
      timer = setTimeout(() => (nowMs() < eventMs ? wake() : look()), Math.min(LONGEST_TIMER_MS, Math.max(0, leftMs)));
  };
  const look = (): State => {
    const atMs = nowMs();
    if (atMs >= eventMs) {
      settle(state, atMs);
      changed();
    }
    return state;
  };

  look();
  return {
    look,
    nowMs,
    execute: (command) => {
      look();
      const atMs = nowMs();
      refuseLate(command, atMs);
      refuse(state, command);
      const entry = { atMs, command };
      journal.add(entry);
      settleExactly(state, atMs);
      const applied = apply(state, command);
      if (applied.began) startLog.add(entry);
      changed();
      return applied;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      clearTimeout(timer);
      journal.close();
    },
  };
}
