import { Context } from '@temporalio/activity';

const BEAT_EVERY_MS = 5_000;

/** Heartbeats while a piece of work runs that cannot do so itself, each time with the same details. */
export async function whileBeating<T>(work: Promise<T>, details?: unknown): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(details), BEAT_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(beat);
  }
}
