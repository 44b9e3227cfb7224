import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;

/** Waits for a condition, however slow the machine is. @throws Error that names it after `withinMs` */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 480_000): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`it did not come to this: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
