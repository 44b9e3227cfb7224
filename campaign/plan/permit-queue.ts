/** One migration that asks for a permit. `requestId` is unique for ever: every repetition of a request is the same one. */
export interface PermitRequest {
  readonly requestId: string;
  /** Workflow id of the migration that asks. */
  readonly holder: string;
  readonly campaignId: string;
  readonly actionId: string;
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  /** When it was asked for, UTC ms. */
  readonly atMs: number;
  /** A stricter limit than the site's, for as long as this migration runs; null: the site's. */
  readonly limitPerHost: number | null;
}

/** A request that was granted. */
export interface PermitHolder extends PermitRequest {
  readonly sinceMs: number;
}

/** A request that was not granted yet. */
export interface PermitWaiter extends PermitRequest {
  readonly sinceMs: number;
  /** What it was last told of why it waits, and when; null: nothing yet. */
  readonly told: { readonly reason: string; readonly atMs: number } | null;
}

/** Where a migration runs from whose source does not answer. */
export const UNKNOWN_HOST = '?';

/** A migration that the hypervisor shows and that holds no permit. */
export interface ForeignMigration {
  readonly vm: string;
  /** UNKNOWN_HOST: only its target shows it. */
  readonly from: string;
  readonly to?: string;
}

/** What the site's hypervisor and site file said last. */
export interface SiteLook {
  readonly foreign: readonly ForeignMigration[];
  /** Hosts that could not be asked; absent: none. */
  readonly unasked?: readonly string[];
  readonly limitPerHost: number;
  readonly atMs: number;
}

/** All permits of one site; plain JSON, carried across continue-as-new. Times UTC ms. */
export interface PermitQueue {
  readonly limitPerHost: number;
  readonly holders: readonly PermitHolder[];
  /** In order of arrival. */
  readonly waiting: readonly PermitWaiter[];
  readonly foreign: readonly ForeignMigration[];
  /** Hosts that could not be asked: what runs there is not known, and nothing is granted on them. Absent in older runs: none. */
  readonly unasked?: readonly string[];
  /** When the hypervisor was asked; null: not lately, so nothing is known of foreign migrations and nothing is granted. */
  readonly lookedAtMs: number | null;
  /** Requests that are over, oldest first: a late repetition of one must not bring it back. */
  readonly ended: readonly { readonly requestId: string; readonly atMs: number }[];
}

/** Late repetitions come from retried activities, minutes after the first; both bounds are far beyond that. */
const REMEMBERED = 500;
const REMEMBERED_FOR_MS = 3_600_000;

/** A queue without holders and waiters. */
export function emptyQueue(limitPerHost: number): PermitQueue {
  return { limitPerHost, holders: [], waiting: [], foreign: [], unasked: [], lookedAtMs: null, ended: [] };
}

/** The one or two hosts that a migration burdens. */
export function hostsOf({ from, to }: { readonly from: string; readonly to?: string }): readonly string[] {
  return to === undefined || to === from ? [from] : [from, to];
}

/** True if a migration that the hypervisor shows is the one that this permit is for. */
export function isPermittedBy(migration: ForeignMigration, { vm, from, to }: PermitRequest): boolean {
  const sameHosts = migration.from === UNKNOWN_HOST ? migration.to === to : migration.from === from;
  return migration.vm === vm && sameHosts;
}

/** Adds a request at the end; one that waits, holds or is over already changes nothing. */
export function addRequest(queue: PermitQueue, request: PermitRequest, nowMs: number): PermitQueue {
  const known = ({ requestId }: { readonly requestId: string }): boolean => requestId === request.requestId;
  if (queue.holders.some(known) || queue.waiting.some(known) || queue.ended.some(known)) return queue;
  return { ...queue, waiting: [...queue.waiting, { ...request, sinceMs: nowMs, told: null }] };
}

/** Ends a request, whether it waits, holds or has not arrived yet. */
export function endRequest(queue: PermitQueue, requestId: string, nowMs: number): PermitQueue {
  const others = (other: { readonly requestId: string }): boolean => other.requestId !== requestId;
  const young = ({ atMs }: { readonly atMs: number }): boolean => nowMs - atMs < REMEMBERED_FOR_MS;
  return {
    ...queue,
    holders: queue.holders.filter(others),
    waiting: queue.waiting.filter(others),
    ended: [...queue.ended.filter(others).filter(young), { requestId, atMs: nowMs }].slice(-REMEMBERED),
  };
}

/** Takes over what was seen at the site; a migration whose permit was granted in the meantime is not foreign. */
export function noteLook(queue: PermitQueue, { foreign, unasked = [], limitPerHost, atMs }: SiteLook): PermitQueue {
  const unknown = foreign.filter((migration) => !queue.holders.some((holder) => isPermittedBy(migration, holder)));
  return { ...queue, foreign: unknown, unasked, limitPerHost, lookedAtMs: atMs };
}

/** Forgets what was seen at the site, because nobody looks any more. */
export function forgetLook(queue: PermitQueue): PermitQueue {
  return { ...queue, foreign: [], unasked: [], lookedAtMs: null };
}

/** The strictest of the limits that apply on a host if this request is granted: the site's, its own, its neighbours'. */
export function limitOn(queue: PermitQueue, host: string, request: PermitRequest): number {
  const neighbours = queue.holders.filter((holder) => hostsOf(holder).includes(host));
  return [request, ...neighbours].reduce(
    (limit, { limitPerHost }) => Math.min(limit, limitPerHost ?? limit),
    queue.limitPerHost,
  );
}

/** How many migrations burden a host, with and without permit. */
export function loadOf(queue: PermitQueue, host: string): number {
  return [...queue.holders, ...queue.foreign].filter((migration) => hostsOf(migration).includes(host)).length;
}

/** Of the hosts that a migration burdens, those on which it is not known what runs. */
export function unaskedHosts({ unasked = [] }: PermitQueue, request: PermitRequest): readonly string[] {
  return hostsOf(request).filter((host) => unasked.includes(host));
}

/** The migration that a VM is in already, or its permit for one; a VM has one migration at a time. */
export function moveOf(queue: PermitQueue, vm: string): PermitHolder | ForeignMigration | undefined {
  return [...queue.holders, ...queue.foreign].find((migration) => migration.vm === vm);
}

/**
 * Grants what can be granted, in order of arrival. A request needs room on both hosts; one that has to wait reserves its
 * hosts against all later ones, so that no stream of others can starve it. One whose VM is still moving reserves
 * nothing: which hosts it needs is known only after that. Nor does one for a host that could not be asked: its other host must
 * not idle for as long as that one is down.
 */
export function grantPermits(
  queue: PermitQueue,
  nowMs: number,
): { readonly queue: PermitQueue; readonly granted: readonly PermitHolder[] } {
  if (queue.lookedAtMs === null) return { queue, granted: [] };
  const reserved = new Set<string>();
  const awaited = new Set<string>();
  const granted: PermitHolder[] = [];
  const waiting: PermitWaiter[] = [];
  let now = queue;
  for (const waiter of queue.waiting) {
    const hosts = hostsOf(waiter);
    const moving = awaited.has(waiter.vm) || moveOf(now, waiter.vm) !== undefined;
    awaited.add(waiter.vm);
    if (moving || unaskedHosts(now, waiter).length > 0) {
      waiting.push(waiter);
      continue;
    }
    const free = hosts.every((host) => !reserved.has(host) && loadOf(now, host) < limitOn(now, host, waiter));
    if (free) {
      const { told: _told, ...request } = waiter;
      const holder = { ...request, sinceMs: nowMs };
      granted.push(holder);
      now = { ...now, holders: [...now.holders, holder] };
    } else {
      waiting.push(waiter);
      for (const host of hosts) reserved.add(host);
    }
  }
  return granted.length === 0 ? { queue, granted } : { queue: { ...now, waiting }, granted };
}
