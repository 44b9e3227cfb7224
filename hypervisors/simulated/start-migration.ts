import type { Baseline, MigrationHandle, MigrationIntent } from '../types';
import { whenRequested } from '../when-ended';
import type { DataCentreClient } from './data-centre-client';
import { migrationRequest } from './migration-request';
import type { Sent } from './watch-migration';
import type { WireMigration } from './wire';

/** Sends a request; its answer says when the migration began. @throws HypervisorError as Hypervisor.startMigration does */
export async function startMigration(
  client: DataCentreClient,
  intent: MigrationIntent,
  baseline: Baseline,
  acceptUntilMs?: number,
): Promise<{ readonly handle: MigrationHandle; readonly sent: Sent }> {
  const sentWallMs = Date.now();
  const sent = { requestedAtMs: performance.timeOrigin + performance.now(), sentAt: performance.now() };
  const answer = await client.command(migrationRequest(intent, baseline, acceptUntilMs));
  const { startedAtMs } = answer as Partial<WireMigration>;
  const requested = whenRequested(sent.requestedAtMs, startedAtMs === undefined ? null : startedAtMs - sentWallMs);
  return { handle: { intent, ...requested, reference: {} }, sent };
}
