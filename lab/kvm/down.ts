import { rmSync } from 'node:fs';
import { labPaths, readLab } from './lab-paths';
import { runLabScript } from './run-lab-script';

/** Takes a lab down, also one that crashed or never came up; nothing of it is left but the shared packages and images. */
export async function labDown(name: string): Promise<void> {
  const lab = readLab(name);
  if (lab === null) return;
  await runLabScript(lab, 'down');
  rmSync(labPaths(name, lab.suite).directory, { recursive: true, force: true });
}
