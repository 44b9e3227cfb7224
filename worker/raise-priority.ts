import { constants, setPriority } from 'node:os';

/**
 * Gives the calling thread, the one that fires armed migrations, and what it starts from now on a higher priority: on a loaded
 * machine it would otherwise wait for a slice of the processor when a migration is due. @returns false without the right to it
 */
export function raisePriority(): boolean {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
    return true;
  } catch {
    return false;
  }
}
