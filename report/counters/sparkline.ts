import type { CounterGrid, CounterSummary } from '../../store/counter-types';
import { html, type Html } from '../html';
import { bandPath, meanPath } from './counter-path';

const WIDTH = 150;
const HEIGHT = 26;
const EDGE = 3;

/** The course of a counter from its least to its greatest value, a line for each entity; the table beside it has the scale. */
export function sparkline({ courses, min, max, entities }: CounterSummary, grid: CounterGrid): Html | null {
  if (min === null || max === null || courses.length === 0) return null;
  const span = max - min;
  const x = (bucket: number) => bucket;
  const place = (bucket: number, value: number): [number, number] => [
    EDGE + ((WIDTH - 2 * EDGE) * (bucket + 0.5)) / grid.buckets,
    span === 0 ? HEIGHT / 2 : HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * (value - min)) / span,
  ];
  const together = courses.length === 1 && entities > 1;
  const [all = []] = courses;
  return html`<svg class="spark" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true">
    ${together ? html`<path d="${bandPath(all, x, place)}" fill="var(--series)" fill-opacity="0.25" />` : null}
    <path d="${courses.map((course) => meanPath(course, x, place)).join('')}" fill="none" stroke="var(--series)" />
  </svg>`;
}
