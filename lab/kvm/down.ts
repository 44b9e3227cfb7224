import { rmSync } from 'node:fs';
import { labPaths, readLab } from './lab-paths';
import { runLabScript } from './run-lab-script';

/**
 * Takes a lab down, also one that crashed, never came up or whose folder was deleted; nothing of it is left but the
 * shared packages and images. @throws LabError
 */
export async function labDown(name: string): Promise<void> {
  const suite = readLab(name)?.suite ?? 'bookworm';
  await runLabScript({ name, suite }, ['down']);
  rmSync(labPaths(name, suite).directory, { recursive: true, force: true });
}
