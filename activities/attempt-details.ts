import { LOST_AFTER_MS } from '../campaign/contract/timing';
import type { MigrationHandle } from '../hypervisors/types';
import type { Clock } from './clock';

/** What each attempt of an armed activity tells the next one by its heartbeats. Time UTC ms. */
export interface AttemptDetails {
  /** What was submitted, as far as that is known. */
  readonly handle: MigrationHandle | null;
  /** When the hypervisor last answered; null: nobody told. */
  readonly heardAtMs: number | null;
}

/** @param details of the last heartbeat that arrived, if any did */
export function toldBefore(details: unknown): AttemptDetails {
  const { handle = null, heardAtMs = null } = (details ?? {}) as Partial<AttemptDetails>;
  return { handle, heardAtMs };
}

/** Since when a hypervisor is silent, over all attempts. */
export class Contact {
  private heard = false;
  private readonly beforeMs: number;

  /** @param beforeMs when an earlier attempt last heard of it, UTC ms; null: there was none, or it did not tell */
  constructor(
    private readonly clock: Clock,
    beforeMs: number | null,
  ) {
    this.beforeMs = beforeMs ?? clock.nowMs();
  }

  hear(): void {
    this.heard = true;
  }

  /** For the next attempt, UTC ms. What answered in this one is taken to do so until it ends. */
  heardAtMs(): number {
    return this.heard ? this.clock.nowMs() : this.beforeMs;
  }

  /** Is it silent for so long that nobody should wait for it any more? */
  isLost(): boolean {
    return this.clock.nowMs() - this.heardAtMs() > LOST_AFTER_MS;
  }
}
