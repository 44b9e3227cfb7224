/** Something that answers probes; `name` is unique among the targets of a prober. */
export interface ProbeTarget {
  readonly name: string;
  readonly kind: 'vm' | 'host';
  /** IP address or host name. */
  readonly address: string;
  readonly port: number;
}

/** One probe and its answer; times UTC milliseconds by the prober's monotonic clock. */
export interface ProbeRecord {
  readonly target: string;
  /** Grows from probe to probe of a target, also across restarts of the prober. */
  readonly seq: number;
  readonly dueAtMs: number;
  readonly sentAtMs: number;
  /** null: no answer within 10 s. */
  readonly answeredAtMs: number | null;
  readonly guestClockMs: number | null;
}

/** A time for which records are missing, and why; UTC milliseconds. */
export interface ProbeGap {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
}

/** What a prober handed over; the cursor confirms it in the next call. */
export interface ProbeHarvest {
  readonly records: readonly ProbeRecord[];
  readonly gaps: readonly ProbeGap[];
  readonly cursor: string;
  /** True: the bound of one call was reached, and there is more already. */
  readonly more: boolean;
}
