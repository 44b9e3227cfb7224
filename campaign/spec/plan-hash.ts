import { createHash } from 'node:crypto';
import type { Plan } from '../plan/plan';

/** SHA-256 of a plan, hexadecimal: two campaigns with the same hash were to do the same. Fields count in any order, hosts in theirs. */
export function planHash({ placement, actions }: Plan): string {
  const canonical = [
    Object.entries(placement),
    actions.map((action) => Object.entries(action).sort(([one], [other]) => (one < other ? -1 : 1))),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
