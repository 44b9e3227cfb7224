import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export const signal = defineSignal('signal');

/** Ends after so many signals. */
export async function waiting(signals: number): Promise<void> {
  let count = 0;
  setHandler(signal, () => void (count += 1));
  await condition(() => count >= signals);
}
