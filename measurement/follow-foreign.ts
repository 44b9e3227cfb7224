/** A migration that somebody else started, as far as looks at the hypervisor showed it. Times UTC ms. */
export interface ForeignSeen {
  readonly vm: string;
  readonly from: string;
  /** Null: no look showed where it goes. */
  readonly to: string | null;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

/** What a hypervisor shows as running. */
interface Shown {
  readonly vm: string;
  readonly from: string;
  readonly to?: string;
}

/** Takes one more look into account. @returns what still runs, and what ran at the look before and does not any more */
export function followForeign(
  open: readonly ForeignSeen[],
  shown: readonly Shown[],
  nowMs: number,
): { readonly open: readonly ForeignSeen[]; readonly over: readonly ForeignSeen[] } {
  const isSame = (seen: ForeignSeen, one: Shown): boolean => seen.vm === one.vm && seen.from === one.from;
  return {
    open: shown.map((one) => {
      const known = open.find((seen) => isSame(seen, one));
      const { vm, from } = one;
      return { vm, from, to: one.to ?? known?.to ?? null, firstSeenMs: known?.firstSeenMs ?? nowMs, lastSeenMs: nowMs };
    }),
    over: open.filter((seen) => !shown.some((one) => isSame(seen, one))),
  };
}
