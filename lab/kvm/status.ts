import { existsSync } from 'node:fs';
import { labPaths, readLab } from './lab-paths';
import { runLabScript } from './run-lab-script';

/** One line a host: its address and its domains with their states. */
export async function labStatus(name: string): Promise<string> {
  const lab = readLab(name);
  return lab === null ? `there is no lab ${name}` : (await runLabScript(lab, 'status')).trim();
}

/** True if the lab is wholly up: its hosts' processes live and its site file is there. */
export async function labAlive(name: string): Promise<boolean> {
  const lab = readLab(name);
  if (lab === null || !existsSync(labPaths(name, lab.suite).siteFile)) return false;
  return runLabScript(lab, 'alive').then(
    () => true,
    () => false,
  );
}

/** Clock ticks (1/100 s) that one host's own processes have used since it started; host counters never come from the machine. */
export async function hostCpuTicks(name: string, host: number): Promise<number> {
  const lab = readLab(name);
  return lab === null ? Number.NaN : Number(await runLabScript(lab, 'cpu', String(host)));
}
