/** More than what lies between two readings; clocks that are only slewed stay together. */
const MOST_APART_MS = 1_000;
const LOOK_EVERY_MS = 5_000;

/** What is compared, UTC ms. */
export interface Clocks {
  readonly machine: () => number;
  /** The clock that all of this process goes by: set once, when it started. */
  readonly own: () => number;
}

const CLOCKS: Clocks = { machine: Date.now, own: () => performance.timeOrigin + performance.now() };

/**
 * Watches for the moment when the machine's clock is set, or the machine has slept: from then on every time that this process
 * tells is wrong. Calls back once, with how far the machine's clock is ahead in ms. @returns ends the watch
 */
export function watchClock(onStep: (aheadMs: number) => void, { machine, own }: Clocks = CLOCKS): () => void {
  const timer = setInterval(() => {
    const aheadMs = Math.round(machine() - own());
    if (Math.abs(aheadMs) <= MOST_APART_MS) return;
    clearInterval(timer);
    onStep(aheadMs);
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
