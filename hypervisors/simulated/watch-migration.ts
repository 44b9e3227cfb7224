import { setTimeout as sleep } from 'node:timers/promises';
import { HypervisorError, type MigrationEnd, type MigrationHandle, type WatchOptions } from '../types';
import { whenEnded } from '../when-ended';
import { asEnd, asProgress, recordedEnd } from './as-end';
import type { DataCentreClient } from './data-centre-client';

/** When a request was sent, on this process's monotonic clock. */
export interface Sent {
  readonly requestedAtMs: number;
  readonly sentAt: number;
}

const ASK_EVERY_MS = 500;
/** How long the data centre may be out of reach before the watch gives up. */
const PATIENCE_MS = 60_000;

/**
 * Waits for the end. It is observed if this process sent the request, never lost sight and heard of it at once; otherwise the
 * data centre's own times are all there is. @throws HypervisorError also when the signal aborts; the migration goes on
 */
export async function watchToEnd(
  client: DataCentreClient,
  { intent }: MigrationHandle,
  sent: Sent | undefined,
  { signal, onProgress }: WatchOptions,
): Promise<MigrationEnd> {
  let lostSight = false;
  let lastSeen = performance.now();
  for (;;) {
    try {
      const migration = await client.migration(intent.id, ASK_EVERY_MS, signal);
      const { end } = migration;
      if (end !== null) {
        if (sent === undefined || lostSight) return asEnd(migration, end, recordedEnd(end));
        const heardAtMs = sent.requestedAtMs + (performance.now() - sent.sentAt);
        return asEnd(migration, end, whenEnded(heardAtMs, Date.now() - end.atMs));
      }
      onProgress?.(asProgress(migration));
      lastSeen = performance.now();
    } catch (error) {
      if (signal.aborted) throw abandoned(intent.vm);
      const lasting =
        !(error instanceof HypervisorError) || !error.retryable || performance.now() - lastSeen > PATIENCE_MS;
      if (lasting) throw error;
      lostSight = true;
      await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function abandoned(vm: string): HypervisorError {
  return new HypervisorError(
    'cancelled',
    `Watching the migration of ${vm} was given up; the migration goes on.`,
    true,
    'The next attempt finds it again.',
  );
}
