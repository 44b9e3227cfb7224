/** Waits until all are over, also those beside one that fails. @throws what the first that failed threw */
export async function waitForAll(works: readonly Promise<unknown>[]): Promise<void> {
  try {
    await Promise.all(works);
  } finally {
    await Promise.allSettled(works);
  }
}
