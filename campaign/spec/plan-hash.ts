import { createHash } from 'node:crypto';
import type { Plan } from '../plan/plan';

/** SHA-256 of a plan's JSON, hexadecimal: two campaigns with the same hash did the same. */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}
