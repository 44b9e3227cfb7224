import { closest, distance } from 'fastest-levenshtein';

const LONGEST_NAME = 100;
const MOST_NAMES = 1_000;

/** The known name that was probably meant; undefined if none is close. */
export function nearestName(found: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || known.length > MOST_NAMES || found.length > LONGEST_NAME) return undefined;
  const nearest = closest(
    found.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  // Names as short as h1 and h2 differ by design, not by slip.
  const allowance = Math.max(found.length, nearest.length) < 3 ? 0 : Math.ceil(nearest.length / 3);
  if (distance(found.toLowerCase(), nearest) > allowance) return undefined;
  return known.find((name) => name.toLowerCase() === nearest);
}
