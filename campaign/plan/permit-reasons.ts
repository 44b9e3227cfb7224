import {
  hostsOf,
  limitOn,
  loadOf,
  moveOf,
  unaskedHosts,
  type ForeignMigration,
  type PermitHolder,
  type PermitQueue,
  type PermitWaiter,
} from './permit-queue';

/** Why a request waits. */
export interface PermitReason {
  readonly requestId: string;
  /** 1 for the first of those that want one of its hosts. */
  readonly position: number;
  /** One line for people. */
  readonly reason: string;
  /** Its VM is migrating, or an earlier request is for the same VM. */
  readonly vmMoves: boolean;
  /** Of its hosts, those that do not answer. */
  readonly unasked: readonly string[];
}

const NAMED = 6;

/** Says of every waiting request why it waits, in order of arrival. */
export function explainWaiting(queue: PermitQueue): readonly PermitReason[] {
  const earlier = new Map<string, number>();
  const awaited = new Set<string>();
  const count = (key: string): number => earlier.get(key) ?? 0;
  return queue.waiting.map((waiter) => {
    const hosts = hostsOf(waiter);
    const pair = JSON.stringify([...hosts].sort());
    const keys = hosts.length === 1 ? hosts : [...hosts, pair];
    // An earlier request for the same two hosts is counted with each of them: take it off once.
    const ahead = hosts.reduce((sum, host) => sum + count(host), 0) - (hosts.length === 1 ? 0 : count(pair));
    for (const key of keys) earlier.set(key, count(key) + 1);
    const vmMoves = awaited.has(waiter.vm) || moveOf(queue, waiter.vm) !== undefined;
    awaited.add(waiter.vm);
    const [position, reason] = [ahead + 1, explain(queue, waiter, ahead)];
    return { requestId: waiter.requestId, position, reason, vmMoves, unasked: unaskedHosts(queue, waiter) };
  });
}

function explain(queue: PermitQueue, waiter: PermitWaiter, ahead: number): string {
  if (queue.lookedAtMs === null) return 'the hypervisor has not said yet which migrations run';
  const move = moveOf(queue, waiter.vm);
  if (move !== undefined)
    return `${waiter.vm} is still migrating: ${'actionId' in move ? nameHolder(move) : nameForeign(move)}`;
  const unasked = unaskedHosts(queue, waiter).map(
    (host) => `${host} does not answer, so it is not known which migrations run there`,
  );
  const full = hostsOf(waiter)
    .filter((host) => loadOf(queue, host) >= limitOn(queue, host, waiter))
    .map((host) => explainHost(queue, host, waiter));
  const behind = ahead === 0 ? [] : [`${String(ahead)} ${ahead === 1 ? 'waits' : 'wait'} before it`];
  return [...unasked, ...full, ...behind].join('; ') || `an earlier request is for ${waiter.vm} too`;
}

function explainHost(queue: PermitQueue, host: string, waiter: PermitWaiter): string {
  const limit = limitOn(queue, host, waiter);
  const onHost = (migration: { readonly from: string; readonly to?: string }): boolean =>
    hostsOf(migration).includes(host);
  const names = [...queue.holders.filter(onHost).map(nameHolder), ...queue.foreign.filter(onHost).map(nameForeign)];
  const more = names.length > NAMED ? [`and ${String(names.length - NAMED)} more`] : [];
  const which = [...names.slice(0, NAMED), ...more].join(', ');
  return `${host} runs ${String(names.length)} of ${String(limit)} migrations: ${which}`;
}

function nameHolder({ vm, campaignId }: PermitHolder): string {
  return `${vm} (campaign ${campaignId})`;
}

function nameForeign({ vm }: ForeignMigration): string {
  return `${vm} (started by someone else)`;
}
