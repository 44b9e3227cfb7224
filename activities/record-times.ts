import type { Dependencies } from './dependencies';

/** When the background begins and time zero follows. Milliseconds. */
export interface RecordTimesInput {
  readonly directory: string;
  /** How long nothing migrates, so that the noise floor can be told. */
  readonly backgroundMs: number;
  /** From now to time zero: the background, or the time that arming needs where that is longer. */
  readonly lengthMs: number;
}

/** Sets background and time zero once, on the clock that the armed activities use; repeated calls return the same. */
export function createRecordTimes({ store, clock }: Dependencies) {
  return async function recordTimes({
    directory,
    backgroundMs,
    lengthMs,
  }: RecordTimesInput): Promise<{ fromMs: number }> {
    const { background } = await store.readCampaign(directory);
    if (background !== undefined) return { fromMs: background.from };
    const fromMs = clock.nowMs();
    await store.updateCampaign(directory, {
      background: { from: fromMs, until: fromMs + backgroundMs },
      timeZero: fromMs + lengthMs,
    });
    return { fromMs };
  };
}
