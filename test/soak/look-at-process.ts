import { readdirSync, readFileSync } from 'node:fs';
import { processCpuTicks } from '../process-cpu-ticks';
import type { ProcessSeen } from './journal';

/** Memory, handles, threads and processor time of a process. @returns null if it has ended */
export function lookAtProcess(role: string, pid: number): ProcessSeen | null {
  const folder = `/proc/${String(pid)}`;
  try {
    const status = readFileSync(`${folder}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    return {
      ...{ kind: 'process', atMs: Date.now(), role, pid },
      ...{ rssKib: field('VmRSS'), anonKib: field('RssAnon'), threads: field('Threads') },
      handles: readdirSync(`${folder}/fd`).length,
      cpuTicks: processCpuTicks(pid),
    };
  } catch {
    return null;
  }
}
