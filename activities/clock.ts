/** The time as activities see it; a test may bring its own. */
export interface Clock {
  /** Now, UTC milliseconds with fractions, on a clock that never jumps. */
  nowMs(): number;
  /** Waits until a moment; resolves early, without error, when the signal is aborted. */
  sleepUntil(untilMs: number, signal: AbortSignal): Promise<void>;
}

const LONGEST_TIMER_MS = 60_000;
/** A Node timer fires up to about a millisecond early or late; the rest is spun away. */
const SPIN_MS = 2;

/** The machine's monotonic clock, set to UTC once when the process started. */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  async sleepUntil(untilMs, signal) {
    for (;;) {
      const leftMs = untilMs - this.nowMs();
      if (leftMs <= 0 || signal.aborted) return;
      if (leftMs > SPIN_MS) await pause(Math.min(leftMs - SPIN_MS, LONGEST_TIMER_MS), signal);
    }
  },
};

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
