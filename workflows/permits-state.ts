import { getExternalWorkflowHandle, setCurrentDetails } from '@temporalio/workflow';
import {
  isPermitEnded,
  isPermitRequest,
  isSiteLook,
  PERMIT_MESSAGE,
  type PermitGranted,
  type PermitsView,
  type PermitWaiting,
  type ShownPermit,
  type WatchedPermits,
} from '../campaign/contract/permits';
import {
  addRequest,
  endRequest,
  forgetLook,
  grantPermits,
  noteLook,
  type PermitHolder,
  type PermitQueue,
} from '../campaign/plan/permit-queue';
import { explainWaiting } from '../campaign/plan/permit-reasons';
import { renderPermits } from './permits-details';

/** A waiter is told again at most this often: with hundreds waiting every grant changes every position. */
const TELL_AGAIN_MS = 60_000;
/** Signals under way at a time, so that the server's limit of 2,000 is never near. */
const TOLD_AT_ONCE = 50;

/** The permits of one site, and what messages do to them. Handlers only note; `settle` decides, once for all that arrived together. */
export class PermitsState {
  /** Something arrived that `settle` has not seen. */
  changed = true;
  private sending = 0;
  /** Somebody could not be told because too many signals were under way. */
  private untold = false;
  private again: PermitHolder[] = [];

  constructor(
    private readonly site: string,
    public queue: PermitQueue,
  ) {}

  /** True while anybody holds or waits. */
  get wanted(): boolean {
    return this.queue.holders.length + this.queue.waiting.length > 0;
  }

  /** True while no signal to a holder is under way. */
  get allSent(): boolean {
    return this.sending === 0;
  }

  /** @returns false if the signal cannot be understood */
  request(request: unknown): boolean {
    if (!isPermitRequest(request)) return false;
    const holder = this.queue.holders.find(({ requestId }) => requestId === request.requestId);
    if (holder !== undefined) this.again.push(holder);
    return this.update(addRequest(this.queue, request, Date.now()));
  }

  /** @returns false if the signal cannot be understood */
  end(ended: unknown): boolean {
    return isPermitEnded(ended) && this.update(endRequest(this.queue, ended.requestId, Date.now()));
  }

  /** @returns false if the signal cannot be understood */
  look(look: unknown): boolean {
    return isSiteLook(look) && this.update(noteLook(this.queue, look));
  }

  /** Nobody looks at the site any more. What was seen last still holds for a request that has just arrived. */
  watchEnded(): void {
    this.update(this.wanted ? this.queue : forgetLook(this.queue));
  }

  /** Grants what can be granted and tells everybody concerned. */
  settle(): void {
    this.changed = false;
    const { queue, granted } = grantPermits(this.queue, Date.now());
    this.queue = queue;
    // A holder that was gone before it heard of its permit never used it; any other is for the watch to judge.
    for (const holder of granted) this.grant(holder, () => this.end(holder));
    for (const holder of this.again.splice(0)) this.grant(holder, () => undefined);
    this.tellWaiting();
    setCurrentDetails(renderPermits(this.view()));
  }

  view(): PermitsView {
    const { limitPerHost, lookedAtMs, holders, waiting, foreign } = this.queue;
    const reasons = explainWaiting(this.queue);
    const shownWaiting = waiting.flatMap((waiter, index) => {
      const reason = reasons[index];
      return reason === undefined ? [] : [{ ...show(waiter), ...reason }];
    });
    return { site: this.site, limitPerHost, lookedAtMs, holders: holders.map(show), waiting: shownWaiting, foreign };
  }

  watched(): WatchedPermits {
    const { holders, waiting, foreign, unasked = [], limitPerHost, lookedAtMs } = this.queue;
    return { holders, waitingCount: waiting.length, foreign, unasked, limitPerHost, lookedAtMs };
  }

  private update(queue: PermitQueue): true {
    this.queue = queue;
    this.changed = true;
    return true;
  }

  private grant({ holder, requestId, sinceMs }: PermitHolder, ifGone: () => void): void {
    const granted: PermitGranted = { requestId, atMs: sinceMs };
    this.send(holder, PERMIT_MESSAGE.permitGranted, granted, ifGone);
  }

  private tellWaiting(): void {
    const nowMs = Date.now();
    const reasons = explainWaiting(this.queue);
    const waiting = this.queue.waiting.map((waiter, index) => {
      const notice = reasons[index];
      const due = waiter.told === null || nowMs - waiter.told.atMs >= TELL_AGAIN_MS;
      if (notice === undefined || !due || notice.reason === waiter.told?.reason) return waiter;
      if (this.sending >= TOLD_AT_ONCE) {
        this.untold = true;
        return waiter;
      }
      const { requestId, reason } = notice;
      const payload: PermitWaiting = notice;
      this.send(waiter.holder, PERMIT_MESSAGE.permitWaiting, payload, () => this.endWaiting(requestId));
      return { ...waiter, told: { reason, atMs: nowMs } };
    });
    this.queue = { ...this.queue, waiting };
  }

  /** A waiter that is gone is dropped; one that was granted in the meantime is for the watch to judge. */
  private endWaiting(requestId: string): void {
    if (this.queue.waiting.some((waiter) => waiter.requestId === requestId)) this.end({ requestId });
  }

  private send(workflowId: string, signal: string, payload: PermitGranted | PermitWaiting, ifGone: () => void): void {
    this.sending += 1;
    void getExternalWorkflowHandle(workflowId)
      .signal(signal, payload)
      .catch(ifGone)
      .finally(() => this.sent());
  }

  private sent(): void {
    this.sending -= 1;
    if (this.sending > 0 || !this.untold) return;
    this.untold = false;
    this.changed = true;
  }
}

function show({ requestId, holder, campaignId, actionId, vm, from, to, sinceMs }: PermitHolder): ShownPermit {
  return { requestId, holder, campaignId, actionId, vm, from, to, sinceMs };
}
