// Messages end up in workflow history.
const MOST_REASONS = 10;

/**
 * Runs `work` for every item, at most `most` at a time, to the end of all.
 * @throws the only error, or an AggregateError whose message has a line for each of the first ten reasons
 */
export async function inParallel<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: PromiseSettledResult<R>[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const [result] = await Promise.allSettled([work(items[index] as T)]);
      results[index] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  const reasons = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (reasons.length === 1) throw reasons[0];
  if (reasons.length > 1) throw new AggregateError(reasons, summary(reasons));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function summary(reasons: readonly unknown[]): string {
  const lines = reasons
    .slice(0, MOST_REASONS)
    .map((reason) => (reason instanceof Error ? reason.message : String(reason)));
  const more = reasons.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('\n');
}
