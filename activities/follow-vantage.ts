import { Context } from '@temporalio/activity';
import type { Clock } from './clock';
import type { Found, VantageCollection } from './vantage-collection';

const COLLECT_EVERY_MS = 3_000;
/** A connection that broke is made anew by the next call. */
const CLOSE_ATTEMPTS = 2;

/** Collects from a further vantage until a time; what goes wrong there is a gap with its reason and never stops the campaign. */
export async function followVantage(
  vantage: VantageCollection,
  clock: Clock,
  untilMs: number,
  signal: AbortSignal,
): Promise<void> {
  await attempt(vantage, async () => startAgain(vantage));
  await vantage.readClock();
  let failing = false;
  while (!signal.aborted) {
    // One outage is noted once, not every three seconds.
    const found: Found | null = failing
      ? await vantage.collect().catch(() => null)
      : await attempt(vantage, () => vantage.collect());
    failing = found === null;
    if (clock.nowMs() >= untilMs) break;
    if (found?.more !== true) await clock.sleepUntil(Math.min(untilMs, clock.nowMs() + COLLECT_EVERY_MS), signal);
  }
}

/** Ends the prober of a further vantage and takes what it still has, as far as it can be reached. */
export async function closeVantage(vantage: VantageCollection, clock: Clock): Promise<void> {
  if (vantage.closed) return;
  for (let left = CLOSE_ATTEMPTS; left > 0; left -= 1) {
    const done = await attempt(vantage, async () => {
      await vantage.stop();
      await vantage.collectRest(clock.nowMs());
      return true;
    });
    if (done === true) break;
  }
  await vantage.settle();
}

/** One that was never started, as it was out of reach then, has nothing to be renewed. */
async function startAgain(vantage: VantageCollection): Promise<void> {
  await vantage.renew().catch(() => vantage.ensure());
}

async function attempt<R>(vantage: VantageCollection, work: () => Promise<R>): Promise<R | null> {
  try {
    return await work();
  } catch (error) {
    Context.current().log.warn('a vantage does not measure; what it misses is a gap', {
      error: error instanceof Error ? error.message : String(error),
    });
    vantage.noteOutage(error);
    await vantage.storeState();
    return null;
  }
}
