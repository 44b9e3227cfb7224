import { cpus, loadavg } from 'node:os';

/** How busy a machine was during a bench, the bench itself included. */
export interface MachineLoad {
  /** Share of all cores' time that was not idle, 0 to 1. */
  readonly busy: number;
  /** Mean number of runnable processes of the last minute, at the beginning and at the end. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly seconds: number;
}

/** Begins to watch the machine. @returns what says how busy it was since */
export function watchMachineLoad(): () => MachineLoad {
  const before = cpuTimes();
  const loadBefore = loadavg()[0] ?? NaN;
  const startedMs = performance.now();
  return () => {
    const after = cpuTimes();
    const total = after.total - before.total;
    return {
      busy: total === 0 ? NaN : 1 - (after.idle - before.idle) / total,
      loadBefore,
      loadAfter: loadavg()[0] ?? NaN,
      seconds: (performance.now() - startedMs) / 1000,
    };
  };
}

function cpuTimes(): { readonly idle: number; readonly total: number } {
  const all = cpus().map(({ times }) => ({ idle: times.idle, total: Object.values(times).reduce((a, b) => a + b, 0) }));
  return all.reduce((a, b) => ({ idle: a.idle + b.idle, total: a.total + b.total }), { idle: 0, total: 0 });
}
