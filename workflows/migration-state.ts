import type { DropMigration, HoldMigration } from '../campaign/contract/messages';
import type { PermitGranted, PermitWaiting } from '../campaign/contract/permits';

/** What the messages of a migration have told it; times UTC ms. */
export class MigrationState {
  acknowledged = false;
  /** The permit it asked for now; answers to earlier requests are ignored. */
  private requestId: string | null = null;
  private grantedAtMs: number | null = null;
  /** One of its hosts does not answer. */
  hostSilent = false;
  private heldSinceMs: number | null = null;
  private heldMs = 0;
  reason: string | null = null;
  /** It waits, or waited, for an earlier migration of its own VM. */
  vmMoves = false;
  dropped: string | null = null;

  asked(requestId: string): void {
    this.requestId = requestId;
    this.grantedAtMs = null;
    this.vmMoves = false;
    this.hostSilent = false;
  }

  granted({ requestId, atMs }: PermitGranted): void {
    if (requestId === this.requestId) this.grantedAtMs ??= atMs;
  }

  waits({ requestId, reason, vmMoves = false, unasked = [] }: PermitWaiting): void {
    if (requestId !== this.requestId) return;
    this.reason = reason;
    this.vmMoves ||= vmMoves;
    // As long as its VM moves that is what it waits for, and it is not told of hosts that answer again.
    this.hostSilent = unasked.length > 0 && !vmMoves;
  }

  hold({ held }: HoldMigration, nowMs: number): void {
    if (held) this.heldSinceMs ??= nowMs;
    else if (this.heldSinceMs !== null) {
      this.heldMs += nowMs - this.heldSinceMs;
      this.heldSinceMs = null;
    }
  }

  drop({ reason }: DropMigration): void {
    this.dropped ??= reason;
  }

  /** When the permit came; null: it has not. */
  get permitAtMs(): number | null {
    return this.grantedAtMs;
  }

  /** The campaign is paused. */
  get held(): boolean {
    return this.heldSinceMs !== null;
  }

  /** How long it was held, all holds together. */
  get heldForMs(): number {
    return this.heldMs;
  }
}
