/** Hosts that do not answer, as looks at them go on; plain JSON, times UTC ms. */
export interface SilentHosts {
  readonly sinceMs: Readonly<Record<string, number>>;
  /** When they were last asked; null: never. */
  readonly askedAtMs: number | null;
}

/** Before the first look. */
export const NO_SILENCE: SilentHosts = { sinceMs: {}, askedAtMs: null };

/** How long a host that does not answer is waited for. One that was started again is back by then. */
export const LOST_AFTER_MS = 30 * 60_000;
/** The same in messages. */
export const LOST_AFTER = `${String(LOST_AFTER_MS / 60_000)} minutes`;

/** After so long in which nobody asked, as with no worker, the silence before proves nothing and counts anew. */
export const UNASKED_MS = 2 * 60_000;

/** Takes one more look into account. @returns also the hosts that nobody should wait for any more */
export function followSilence(
  { sinceMs, askedAtMs }: SilentHosts,
  unasked: readonly string[],
  nowMs: number,
): { readonly silent: SilentHosts; readonly lost: readonly string[] } {
  const apartMs = nowMs - (askedAtMs ?? nowMs);
  const goesOn = apartMs >= 0 && apartMs <= UNASKED_MS;
  const since = (host: string): number => (goesOn ? (sinceMs[host] ?? nowMs) : nowMs);
  return {
    silent: { sinceMs: Object.fromEntries(unasked.map((host) => [host, since(host)])), askedAtMs: nowMs },
    lost: unasked.filter((host) => nowMs - since(host) > LOST_AFTER_MS),
  };
}
