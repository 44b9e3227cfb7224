import type { ForeignMigration, PermitRequest, SiteLook } from '../plan/permit-queue';

export type { PermitRequest } from '../plan/permit-queue';

/** Workflow id of the one workflow that grants the permits of a site. */
export function permitsWorkflowId(site: string): string {
  return `permits-${site}`;
}

/** Names on the wire of the signals and queries of permits. */
export const PERMIT_MESSAGE = {
  requestPermit: 'requestPermit',
  withdrawPermit: 'withdrawPermit',
  releasePermit: 'releasePermit',
  permitLost: 'permitLost',
  foreignMigrations: 'foreignMigrations',
  permitGranted: 'permitGranted',
  permitWaiting: 'permitWaiting',
  permits: 'permits',
  watchedPermits: 'watchedPermits',
} as const;

/** Input of the workflow `permits`. */
export interface PermitsInput {
  readonly site: string;
  /** Concurrent migrations on a host, by the site file; renewed by every look at the site. */
  readonly limitPerHost: number;
}

/** Signals `withdrawPermit` (no longer wanted), `releasePermit` (the migration is over) and `permitLost` (its holder is gone). */
export interface PermitEnded {
  readonly requestId: string;
}

/** Signal `foreignMigrations`: the first look at a site, and every one that shows something else than the last. */
export type ForeignMigrationsSeen = SiteLook;

/** Signal to the holder: the migration may run. It may come more than once. */
export interface PermitGranted {
  readonly requestId: string;
  /** When it was granted, UTC ms. */
  readonly atMs: number;
}

/** Signal to the holder: no permit yet. Sent at once, then when position or reason change, at most once a minute. */
export interface PermitWaiting {
  readonly requestId: string;
  /** 1 for the first of those that want one of its hosts. */
  readonly position: number;
  /** One line for people. */
  readonly reason: string;
  /** The VM is on the move or soon will be: where it is must be looked up again once the permit comes. */
  readonly vmMoves?: boolean;
  /** Of its hosts, those that do not answer; absent: none. */
  readonly unasked?: readonly string[];
}

/** A migration as the `permits` query shows it. */
export interface ShownPermit {
  readonly requestId: string;
  readonly holder: string;
  readonly campaignId: string;
  readonly actionId: string;
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  /** Since when it holds or waits, UTC ms. */
  readonly sinceMs: number;
}

/** Answer of the query `permits`. Times UTC ms. */
export interface PermitsView {
  readonly site: string;
  readonly limitPerHost: number;
  /** When the hypervisor's answer last changed; null: it has not been asked. */
  readonly lookedAtMs: number | null;
  readonly holders: readonly ShownPermit[];
  readonly waiting: readonly (ShownPermit & PermitWaiting)[];
  /** Migrations that somebody else started. */
  readonly foreign: readonly ForeignMigration[];
}

/** Answer of the query `watchedPermits`: what the watching activity needs, however many wait. */
export interface WatchedPermits {
  readonly holders: readonly PermitRequest[];
  readonly waitingCount: number;
  readonly foreign: readonly ForeignMigration[];
  /** Hosts that could not be asked. */
  readonly unasked: readonly string[];
  readonly limitPerHost: number;
  readonly lookedAtMs: number | null;
}

/** True for a request that the queue can work with; anybody can send a signal, and a workflow must not fail by one. */
export function isPermitRequest(value: unknown): value is PermitRequest {
  if (!isObject(value)) return false;
  const names = ['requestId', 'holder', 'campaignId', 'actionId', 'vm', 'from', 'to'];
  const limit = value['limitPerHost'];
  return (
    names.every((name) => typeof value[name] === 'string' && value[name] !== '') &&
    typeof value['atMs'] === 'number' &&
    (limit === null || isLimit(limit))
  );
}

/** True for a signal that names a request. */
export function isPermitEnded(value: unknown): value is PermitEnded {
  return isObject(value) && typeof value['requestId'] === 'string';
}

/** True for a look at the site that the queue can work with. */
export function isSiteLook(value: unknown): value is ForeignMigrationsSeen {
  if (!isObject(value) || !Array.isArray(value['foreign'])) return false;
  const isMigration = (migration: unknown): boolean =>
    isObject(migration) &&
    typeof migration['vm'] === 'string' &&
    typeof migration['from'] === 'string' &&
    (migration['to'] === undefined || typeof migration['to'] === 'string');
  const unasked = value['unasked'];
  const isUnasked =
    unasked === undefined || (Array.isArray(unasked) && unasked.every((host) => typeof host === 'string'));
  const isTimed = isLimit(value['limitPerHost']) && typeof value['atMs'] === 'number';
  return isTimed && isUnasked && value['foreign'].every(isMigration);
}

function isLimit(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
