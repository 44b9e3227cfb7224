import type { RingMove } from './ring-plan';

/** A migration that succeeded. Times UTC ms. */
export interface DoneMove extends RingMove {
  readonly requestedMs: number;
  readonly finishedMs: number;
}

/** What one contender needed for one ring. */
export interface Leg {
  /** From the first request to the last success. */
  readonly seconds: number;
  /** From each success to the next request, in order of the requests; meaningful where one runs at a time. */
  readonly gapsMs: readonly number[];
  /** From each request to its success. */
  readonly migrationsMs: readonly number[];
}

/** Sums a ring up. @throws Error if it was not carried out as planned */
export function legOf(planned: readonly RingMove[], done: readonly DoneMove[]): Leg {
  const inOrder = done.toSorted((one, other) => one.requestedMs - other.requestedMs);
  const text = (moves: readonly RingMove[]): string =>
    moves.map(({ vm, from, to }) => `${vm} ${from} ${to}`).join(', ');
  if (text(inOrder) !== text(planned)) throw new Error(`planned were ${text(planned)}, done were ${text(inOrder)}`);
  const [first] = inOrder;
  const last = Math.max(...inOrder.map(({ finishedMs }) => finishedMs));
  return {
    seconds: (last - (first?.requestedMs ?? NaN)) / 1_000,
    migrationsMs: inOrder.map(({ requestedMs, finishedMs }) => finishedMs - requestedMs),
    gapsMs: inOrder.slice(1).map(({ requestedMs }, index) => requestedMs - (inOrder[index]?.finishedMs ?? NaN)),
  };
}
