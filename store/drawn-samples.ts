import type { CounterGrid } from './counter-types';

/** SQL of all samples with `v`, the value that is drawn: of cumulative counters their growth per second. */
export const drawnValues = (samples: string): string =>
  `(SELECT *, CASE WHEN kind = 'cumulative' THEN per_s ELSE value END AS v FROM ${samples})`;

/** SQL of the number of a tick's bucket. */
export const bucketOf = ({ fromMs, bucketMs }: CounterGrid): string =>
  `((epoch_ms(tick) - ${String(fromMs)}) // ${String(bucketMs)})`;
