import type { DropMigration, HoldMigration } from '../campaign/contract/messages';
import type { PermitGranted, PermitWaiting } from '../campaign/contract/permits';
import { LOST_AFTER_MS } from '../campaign/contract/timing';

/** What the messages of a migration have told it; times UTC ms. */
export class MigrationState {
  acknowledged = false;
  /** The permit it asked for now; answers to earlier requests are ignored. */
  private requestId: string | null = null;
  private grantedAtMs: number | null = null;
  /** Since when one of its hosts does not answer; null: all do. */
  private silentSinceMs: number | null = null;
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
    this.silentSinceMs = null;
  }

  granted({ requestId, atMs }: PermitGranted): void {
    if (requestId === this.requestId) this.grantedAtMs ??= atMs;
  }

  waits({ requestId, reason, vmMoves = false, unasked = [] }: PermitWaiting, nowMs: number): void {
    if (requestId !== this.requestId) return;
    this.reason = reason;
    this.vmMoves ||= vmMoves;
    this.silentSinceMs = unasked.length === 0 ? null : (this.silentSinceMs ?? nowMs);
  }

  /** One of its hosts is silent for so long that nobody should wait for it any more. */
  isLost(nowMs: number): boolean {
    return this.silentSinceMs !== null && nowMs - this.silentSinceMs >= LOST_AFTER_MS;
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
