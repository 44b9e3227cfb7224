import { nearestName } from './nearest-name';
import type { Problem } from './problems';

const MOST_SHOWN = 20;

/** The problem of a host or VM that the placement does not have. */
export function unknownName(kind: 'host' | 'VM', found: string, known: readonly string[]): Omit<Problem, 'path'> {
  const nearest = nearestName(found, known);
  const rest = known.length > MOST_SHOWN ? ` and ${known.length - MOST_SHOWN} more` : '';
  return {
    message:
      kind === 'host'
        ? 'is no host of the placement (one without VMs is listed with none)'
        : 'is no VM of the placement',
    found,
    allowed: known.length === 0 ? 'none' : known.slice(0, MOST_SHOWN).join(', ') + rest,
    ...(nearest === undefined ? {} : { nearest }),
  };
}
