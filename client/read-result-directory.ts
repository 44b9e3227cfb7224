import { readResults, type Results } from '../store/read-results';
import { StoreError } from '../store/store-error';
import { CommandError, EXIT } from './exit';

/**
 * Reads a result directory for a command.
 * @param counters - counters to read over time beside the default ones
 * @throws CommandError (exit code 2) that names every file which cannot be used and what to do about it
 */
export async function readResultDirectory(directory: string, counters: readonly string[] = []): Promise<Results> {
  try {
    return await readResults(directory, counters);
  } catch (error) {
    throw asBadInput(error);
  }
}

/** Turns what is wrong with a result directory into a message for the user; anything else stays what it is. */
export function asBadInput(error: unknown): unknown {
  if (error instanceof StoreError) return new CommandError(error.message, EXIT.badInput, { cause: error });
  if (!(error instanceof AggregateError)) return error;
  const problems = error.errors.map((each) => (each instanceof Error ? each.message : String(each)));
  return new CommandError([`${error.message}; nothing was written.`, ...problems].join('\n'), EXIT.badInput, {
    cause: error,
  });
}
