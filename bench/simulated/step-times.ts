/** How long each step took, milliseconds, by its name. */
export type StepTimes<Step extends string> = Readonly<Record<Step, number>>;

/** Times between consecutive moments (UTC ms, one more than steps); null if a moment is not known. */
export function stepTimes<Step extends string>(
  steps: readonly Step[],
  moments: readonly (number | null)[],
): StepTimes<Step> | null {
  const times = steps.map((step, index) => {
    const [from, until] = [moments[index] ?? null, moments[index + 1] ?? null];
    return [step, from === null || until === null ? null : until - from] as const;
  });
  return times.some(([, ms]) => ms === null) ? null : (Object.fromEntries(times) as StepTimes<Step>);
}
