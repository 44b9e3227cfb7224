import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A process as /proc shows it. */
export interface FoundProcess {
  readonly pid: number;
  readonly comm: string;
  readonly args: readonly string[];
}

/** Processes that live in a lab host: their root has that host's own files. */
export function processesOfHost(labDirectory: string, host: string): readonly FoundProcess[] {
  const mark = identityOf(join(labDirectory, host, 'etc', 'init'));
  return allProcesses().filter(({ pid }) => mark !== null && identityOf(`/proc/${String(pid)}/root/etc/init`) === mark);
}

/** Processes of this machine whose command line names a folder. */
export function processesNaming(directory: string): readonly FoundProcess[] {
  return allProcesses().filter(({ args }) => args.some((arg) => arg.includes(`${directory}/`)));
}

/** Sends a signal to each; one that ended meanwhile is none any more. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}

function allProcesses(): readonly FoundProcess[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const args = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      return [{ pid: Number(entry), comm: readFileSync(`/proc/${entry}/comm`, 'utf8').trim(), args }];
    } catch {
      return [];
    }
  });
}

function identityOf(file: string): string | null {
  try {
    const { dev, ino } = statSync(file);
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return null;
  }
}
