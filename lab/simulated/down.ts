import { rmSync } from 'node:fs';
import { stopDataCentre } from './data-centre-process';
import { isSimulatedLab, simulatedPaths } from './simulated-paths';

/** Takes a simulated lab down, also one that crashed or never came up; nothing of it is left. */
export async function simulatedDown(name: string): Promise<void> {
  if (!isSimulatedLab(name)) return;
  await stopDataCentre(name);
  rmSync(simulatedPaths(name).directory, { recursive: true, force: true });
}
