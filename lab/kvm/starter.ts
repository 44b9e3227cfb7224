import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Notes in a file that this process brings a lab up. */
export function writeStarter(path: string): void {
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: startTime(process.pid) }));
}

/** The process that brings a lab up now; null if none was noted or it is gone (another one with its number does not count). */
export function findStarter(path: string): number | null {
  if (!existsSync(path)) return null;
  const { pid, startedAt } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; startedAt: string | null };
  return startedAt !== null && startTime(pid) === startedAt ? pid : null;
}

/** Field 22 of proc_pid_stat(5), clock ticks since boot; null if there is no such process. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
