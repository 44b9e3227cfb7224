import { existsSync } from 'node:fs';
import { labPaths, readLab } from './lab-paths';
import { runLabScript } from './run-lab-script';
import { findStarter } from './starter';

/** One line a host: its address and its domains with their states; what else there is to say of a lab that is not up. */
export async function labStatus(name: string): Promise<string> {
  const { starter } = labPaths(name, 'bookworm');
  const pid = findStarter(starter);
  if (pid !== null) return `lab ${name} is being brought up by process ${String(pid)}`;
  const lab = readLab(name);
  if (lab !== null) return (await runLabScript(lab, ['status'])).trim();
  return existsSync(starter)
    ? `lab ${name} never came up: "drover lab down --name ${name}" clears it away`
    : `there is no lab ${name}`;
}

/** True if the lab is wholly up: its hosts' processes live and its site file is there. */
export async function labAlive(name: string): Promise<boolean> {
  const lab = readLab(name);
  if (lab === null || !existsSync(labPaths(name, lab.suite).siteFile)) return false;
  return runLabScript(lab, ['alive']).then(
    () => true,
    () => false,
  );
}

/**
 * Clock ticks (1/100 s) that one host's own processes have used since it started; host counters never come from the
 * machine, which all lab hosts share. @throws LabError if the lab or the host is dead
 */
export async function hostCpuTicks(name: string, host: number): Promise<number> {
  const lab = readLab(name);
  return Number(await runLabScript(lab ?? { name, suite: 'bookworm' }, ['cpu', String(host)]));
}
