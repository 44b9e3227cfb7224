import type { Scale } from './scale';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS_MS = [
  ...[1, 2, 5, 10, 20, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12, 24, 48, 96, 168, 336].map((n) => n * HOUR),
];

/** An axis of time in milliseconds from time zero: whole steps of the clock that fit `width` pixels. */
export function timeScale(fromMs: number, untilMs: number, width: number): Scale {
  const most = Math.max(2, Math.floor(width / 78));
  const span = Math.max(SECOND, untilMs - fromMs);
  const interval = STEPS_MS.find((step) => span / step <= most) ?? Math.ceil(span / most / HOUR) * HOUR;
  return {
    min: Math.floor(fromMs / interval) * interval,
    max: Math.max(Math.ceil(untilMs / interval), Math.floor(fromMs / interval) + 1) * interval,
    interval,
  };
}

/** A moment of such an axis: h:mm, or h:mm:ss where steps are shorter than a minute. */
export function timeLabel({ interval }: Scale): (ms: number) => string {
  return (ms) => {
    const seconds = Math.round(Math.abs(ms) / SECOND);
    const two = (value: number) => String(value).padStart(2, '0');
    const minutes = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}`;
    const clock = interval < MINUTE ? `${minutes}:${two(seconds % 60)}` : minutes;
    return ms < 0 ? `\u2212${clock}` : clock;
  };
}

/** What the axis says about its unit. */
export function timeUnit({ interval }: Scale): string {
  return interval < MINUTE ? 'h:mm:ss' : 'h:mm';
}
