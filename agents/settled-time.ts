// A prober resolves every probe within 10 s and writes what it resolved 20 times a second.
const RESOLVED_WITHIN_MS = 11_000;

/** The records of one target, as far as this needs them. */
interface Due {
  readonly target: number;
  readonly dueAtMs: number;
}

/** The time (UTC milliseconds) up to which no target has anything outstanding, by the records seen so far. */
export class SettledTime {
  readonly #before: number;
  readonly #targets: ReadonlySet<number>;
  readonly #last = new Map<number, number>();
  #newest = -Infinity;

  /** @param before - what was settled already @param targets - ids of all that are probed */
  constructor(before: number, targets: ReadonlySet<number>) {
    this.#before = before;
    this.#targets = targets;
  }

  see({ target, dueAtMs }: Due): void {
    this.#last.set(target, dueAtMs);
    if (dueAtMs > this.#newest) this.#newest = dueAtMs;
  }

  get ms(): number {
    let earliest = Infinity;
    for (const target of this.#targets) earliest = Math.min(earliest, this.#last.get(target) ?? -Infinity);
    return Math.max(this.#before, this.#newest - RESOLVED_WITHIN_MS, Math.min(earliest, this.#newest));
  }
}

/** When a hole before `records` is over: each target has been heard of again, at the latest `endMs`. */
export function resumedMs(records: readonly Due[], targets: ReadonlySet<number>, endMs: number): number {
  const waiting = new Set(targets);
  for (const { target, dueAtMs } of records) {
    waiting.delete(target);
    if (waiting.size === 0) return dueAtMs;
  }
  return endMs;
}
