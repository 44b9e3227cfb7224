/** A transfer that wants bandwidth on two links at once. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  /** Its own limit, MiB/s; null: none. */
  readonly limitMibPerS: number | null;
}

interface Link {
  left: number;
  readonly transfers: Set<Transfer>;
}

/**
 * Max-min fair shares, MiB/s: every transfer gets the same until its own limit or one of its links is used up.
 * A host's link carries its capacity each way.
 */
export function shareBandwidth<T extends Transfer>(
  transfers: readonly T[],
  capacityMibPerS: (host: string) => number,
): ReadonlyMap<T, number> {
  const links = new Map<string, Link>();
  const linksOf = new Map<Transfer, readonly Link[]>();
  const linkOf = (key: string, host: string): Link => {
    const link = links.get(key) ?? { left: capacityMibPerS(host), transfers: new Set() };
    links.set(key, link);
    return link;
  };
  for (const transfer of transfers) {
    const both = [linkOf(`out of ${transfer.from}`, transfer.from), linkOf(`into ${transfer.to}`, transfer.to)];
    for (const link of both) link.transfers.add(transfer);
    linksOf.set(transfer, both);
  }
  const shares = new Map<T, number>();
  const waiting = new Set(transfers);
  while (waiting.size > 0) {
    const bound = (transfer: T): number =>
      Math.min(
        transfer.limitMibPerS ?? Number.POSITIVE_INFINITY,
        ...(linksOf.get(transfer) ?? []).map((link) => link.left / link.transfers.size),
      );
    const bounds = [...waiting].map((transfer) => [transfer, bound(transfer)] as const);
    const least = Math.min(...bounds.map(([, share]) => share));
    for (const [transfer, share] of bounds) {
      if (share > least) continue;
      shares.set(transfer, least);
      waiting.delete(transfer);
      for (const link of linksOf.get(transfer) ?? []) {
        link.left = Math.max(0, link.left - least);
        link.transfers.delete(transfer);
      }
    }
  }
  return shares;
}
