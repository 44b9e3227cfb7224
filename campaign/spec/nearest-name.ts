import { closest, distance } from 'fastest-levenshtein';

const LONGEST_NAME = 100;

/** The known name that was probably meant; undefined if none is close. */
export function nearestName(found: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || found.length > LONGEST_NAME) return undefined;
  const nearest = closest(
    found.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  if (distance(found.toLowerCase(), nearest) > Math.max(1, Math.floor(nearest.length / 3))) return undefined;
  return known.find((name) => name.toLowerCase() === nearest);
}
