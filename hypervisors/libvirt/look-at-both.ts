import type { MigrationHandle } from '../types';
import { judgeEvidence, type DomainIds, type Judgement } from './judge-evidence';
import type { LibvirtHosts } from './libvirt-hosts';
import { lookAtHost, type HostView } from './look-at-host';
import { readReference } from './reference';

/** What both hosts show of a migration now. */
export interface Look {
  readonly source: HostView;
  /** Null: it does not answer, and what the source shows is enough. */
  readonly target: HostView | null;
  readonly judged: Exclude<Judgement, { state: 'unseen' }>;
}

/**
 * Looks at source and target at once and judges what became of a migration. A target that does not answer matters only
 * where it must be seen. `submitted`: the marker was surely set, so one that is gone was lost.
 * @throws HypervisorError of the source, or of the target where it must be seen
 */
export async function lookAtBoth(
  hosts: LibvirtHosts,
  { intent, reference }: MigrationHandle,
  ids: DomainIds,
  submitted: boolean,
  signal?: AbortSignal,
): Promise<Look> {
  const { vm, from, to, id } = intent;
  const { uuid, sourceLogBytes, targetLogBytes } = readReference(reference);
  let unseen: unknown;
  const [source, target] = await Promise.all([
    lookAtHost(hosts, from, { vm, uuid, intentId: id, logFrom: sourceLogBytes }, signal),
    lookAtHost(hosts, to, { vm, uuid, intentId: null, logFrom: targetLogBytes }, signal).catch((error: unknown) => {
      unseen = error;
      return null;
    }),
  ]);
  const judged = judgeEvidence(source, target, ids, submitted);
  if (judged.state === 'unseen') throw unseen;
  return { source, target, judged };
}
