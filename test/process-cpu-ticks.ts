import { readFileSync } from 'node:fs';

/** CPU time that a process has used so far, in clock ticks of the system (100 a second). @throws Error if it has ended */
export function processCpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
