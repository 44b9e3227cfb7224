import { Context } from '@temporalio/activity';

const BEAT_EVERY_MS = 5_000;

/** Heartbeats while a piece of work runs that cannot do so itself. */
export async function whileBeating<T>(work: Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), BEAT_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(beat);
  }
}
