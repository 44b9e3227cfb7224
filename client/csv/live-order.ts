import type { NewRows } from '../../store/follow-chunks';
import type { StoredReading } from '../../store/sample-types';
import type { MigrationRow } from '../../store/types';

/** A row that is to be printed, and its time, UTC ms. */
export type LiveRow =
  | { readonly atMs: number; readonly reading: StoredReading }
  | { readonly atMs: number; readonly migration: MigrationRow };

/** How long a row is held back at most; a host that hands nothing over for longer is not waited for. */
const HELD_MS = 120_000;
/** Nobody keeps samples longer than an hour: what is older than this has been printed. */
const REMEMBERED_MS = 2 * 3_600_000;

/**
 * Puts what chunks bring into the order of time, each row once: a VM's reading of the host where it runs, a migration as
 * it was stored first. Rows are held back until all hosts have handed over what is older.
 */
export class LiveOrder {
  private held = new Map<string, LiveRow>();
  private readonly printed = new Map<string, number>();
  private readonly lastOf = new Map<string, number>();

  /** @param hosts - whose counters are sampled */
  constructor(private readonly hosts: readonly string[]) {}

  /** Takes new rows. @returns those whose turn it is */
  take({ readings, migrations, sampled }: NewRows, nowMs: number): LiveRow[] {
    for (const reading of readings) {
      const { entityKind, entity, tickMs, rank } = reading;
      if (entityKind === 'host') this.lastOf.set(entity, Math.max(tickMs, this.lastOf.get(entity) ?? -Infinity));
      this.hold(`${entityKind} ${entity} ${String(tickMs)}`, { atMs: tickMs, reading }, (known) => {
        return 'reading' in known && rank < known.reading.rank;
      });
    }
    for (const migration of migrations) {
      const atMs = migration.finished ?? migration.requested ?? migration.due ?? 0;
      this.hold(`action ${migration.action}`, { atMs, migration }, () => false);
    }
    return this.release(sampled ? this.settledMs(nowMs) : Infinity, nowMs);
  }

  /** Everything that is still held back. */
  rest(): LiveRow[] {
    return this.release(Infinity, -Infinity);
  }

  private hold(key: string, row: LiveRow, isBetter: (known: LiveRow) => boolean): void {
    const known = this.held.get(key);
    if (this.printed.has(key) || (known !== undefined && !isBetter(known))) return;
    this.held.set(key, row);
  }

  private settledMs(nowMs: number): number {
    const behindMs = Math.min(...this.hosts.map((host) => this.lastOf.get(host) ?? -Infinity));
    return Math.max(behindMs, nowMs - HELD_MS);
  }

  private release(untilMs: number, nowMs: number): LiveRow[] {
    const due = [...this.held].filter(([, { atMs }]) => atMs <= untilMs).sort(([, a], [, b]) => a.atMs - b.atMs);
    for (const [key, { atMs }] of due) {
      this.held.delete(key);
      this.printed.set(key, atMs);
    }
    for (const [key, atMs] of this.printed) {
      if (atMs >= nowMs - REMEMBERED_MS) break;
      if (!key.startsWith('action ')) this.printed.delete(key);
    }
    return due.map(([, row]) => row);
  }
}
