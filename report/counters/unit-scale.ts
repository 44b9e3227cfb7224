import type { DrawnValue } from '../../store/counter-types';

/** What values are multiplied by to be shown, and the unit they then have. */
export interface UnitScale {
  readonly factor: number;
  readonly unit: string;
}

const BYTES: Readonly<Record<string, number>> = { bytes: 1, B: 1, KiB: 1024, kiloBytes: 1024, MiB: 1024 ** 2 };
const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1 };
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** The unit in which the largest value reads best; time used per second of time is a number of cores where it is CPU time. */
export function unitScale(counter: string, unit: string, drawn: DrawnValue, largest: number): UnitScale {
  const per = drawn === 'per_s' ? '/s' : '';
  const bytes = BYTES[unit];
  if (bytes !== undefined) {
    const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.max(1, largest * bytes)) / 10)));
    return { factor: bytes / 1024 ** power, unit: `${BINARY[power] ?? 'B'}${per}` };
  }
  const seconds = SECONDS[unit];
  if (seconds !== undefined) {
    if (drawn === 'value') return { factor: seconds, unit: 's' };
    return { factor: seconds, unit: /^v?cpu\.(time|user|system|idle|nice|iowait)/.test(counter) ? 'cores' : 's/s' };
  }
  if (unit === 'count' || unit === '') return { factor: 1, unit: drawn === 'per_s' ? '1/s' : unit || 'no unit' };
  return { factor: 1, unit: unit === 'percent' ? `%${per}` : `${unit}${per}` };
}
