import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Entry } from './journal';

/** One line for each migration that really started, whoever asked: evidence that shares nothing with drover's own records. */
export interface StartLog {
  /** Adds a command by which a migration began. */
  add(entry: Entry): void;
}

/** Opens the log; of the commands of the journal by which one began, those that a killed process had not logged yet are added. */
export function openStartLog(path: string, began: readonly Entry[]): StartLog {
  const logged = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1).length : 0;
  const add = (entry: Entry): void => {
    const line = startLine(entry);
    if (line !== null) appendFileSync(path, `${line}\n`, { mode: 0o600 });
  };
  began.slice(logged).forEach(add);
  return { add };
}

function startLine({ atMs, command }: Entry): string | null {
  if (command.do !== 'start') return null;
  const { id, vm, from, to, origin } = command;
  return `${new Date(atMs).toISOString()} intent=${id} vm=${vm} from=${from} to=${to} origin=${origin}`;
}
