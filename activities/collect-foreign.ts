import { UNKNOWN_HOST } from '../campaign/plan/permit-queue';
import type { Hypervisor } from '../hypervisors/types';
import { followForeign, type ForeignSeen } from '../measurement/follow-foreign';
import type { MigrationRow } from '../store/types';
import type { CollectMeasurementInput } from './collection-input';
import type { Dependencies } from './dependencies';
import { isHypervisorError } from './hypervisor-failure';
import { migrationRow } from './record-migration';

/** Name of the state in the result directory: what others had running at the last look. */
const FOREIGN_STATE = 'foreign';

/**
 * Looks for migrations that hold no permit of drover's; each that is over becomes a row with its origin, in no
 * statistic. Its times are as coarse as the looks, so it has no migration time.
 */
export async function collectForeign(
  dependencies: Dependencies,
  { site, campaignId, directory, last }: CollectMeasurementInput,
): Promise<void> {
  const { sites, store, clock, workflows } = dependencies;
  const { hypervisor } = await sites.connect(site);
  const before = ((await store.readState(directory, FOREIGN_STATE)) ?? []) as readonly ForeignSeen[];
  const permitted = async (): Promise<readonly string[]> =>
    ((await workflows.watchedPermits(site))?.holders ?? []).map(({ vm }) => vm);
  // A migration of drover's holds its permit all the time, but not both before and after a look at which it begins or ends.
  const holdersBefore = await permitted();
  const unasked = new Set<string>();
  const running = await hypervisor.runningMigrations((host) => void unasked.add(host));
  const holders = new Set([...holdersBefore, ...(running.length === 0 ? [] : await permitted())]);
  const foreign = running.filter(({ vm, from }) => !holders.has(vm) && from !== UNKNOWN_HOST);
  // Of what started on a silent host nobody tells whether it still runs.
  const hidden = before.filter(({ from }) => unasked.has(from));
  const judged = before.filter(({ from }) => !unasked.has(from));
  const { open: shown, over } = followForeign(judged, foreign, clock.nowMs());
  const ends = await Promise.all(over.map(async (seen) => ({ seen, end: await endOf(hypervisor, seen) })));
  const ended = ends.flatMap(({ seen, end }) => (end === null ? [] : [foreignRow(campaignId, seen, end)]));
  const unclear = [...hidden, ...ends.flatMap(({ seen, end }) => (end === null ? [seen] : []))];
  const open = [...shown, ...unclear];
  const unfinished = last
    ? [
        ...shown.map((seen) => foreignRow(campaignId, seen, UNFINISHED)),
        ...unclear.map((seen) => foreignRow(campaignId, seen, NOT_KNOWN)),
      ]
    : [];
  await store.append(directory, 'migrations', [...ended, ...unfinished]);
  if (open.length > 0 || before.length > 0) await store.writeState(directory, FOREIGN_STATE, last ? [] : open);
}

/** How a migration of somebody else's ended, as far as it can be told. */
interface ForeignEnd {
  readonly outcome: MigrationRow['outcome'];
  readonly error: string | null;
  readonly to: string | null;
}

const UNFINISHED: ForeignEnd = {
  outcome: 'not-converged',
  error: 'started by someone else; it still ran when the campaign ended',
  to: null,
};

const NOT_KNOWN: ForeignEnd = {
  ...UNFINISHED,
  error:
    'started by someone else; what became of it is not known: its source or target did not answer when the campaign ended',
};

/** @returns null: a host that may have the VM does not answer */
async function endOf(hypervisor: Hypervisor, { vm, from }: ForeignSeen): Promise<ForeignEnd | null> {
  try {
    const host = await hypervisor.locate(vm);
    if (host !== null && host !== from) return { outcome: 'succeeded', error: null, to: host };
    const error = `started by someone else; afterwards ${vm} was on ${host ?? 'no host'}`;
    return { outcome: 'failed', error, to: null };
  } catch (error) {
    if (isHypervisorError(error) && error.retryable) return null;
    throw error;
  }
}

function foreignRow(campaignId: string, seen: ForeignSeen, { outcome, error, to }: ForeignEnd): MigrationRow {
  const { vm, from, firstSeenMs, lastSeenMs } = seen;
  const row = migrationRow({
    key: { campaignId },
    actionId: `foreign-${vm}-${new Date(firstSeenMs).toISOString()}`,
    kind: 'migrate',
    vm,
    from,
    to: seen.to ?? to ?? '?',
    originalDueMs: null,
    dueMs: firstSeenMs,
    effectiveDueMs: firstSeenMs,
    result: {
      outcome,
      error,
      armedAtMs: null,
      requestedAtMs: firstSeenMs,
      finishedAtMs: lastSeenMs,
      migrationMs: null,
      figures: {},
      attempts: 0,
      provenance: 'recovered',
    },
  });
  return { ...row, origin: 'other', effective_due: null, lateness_ms: null, waited_ms: null };
}
