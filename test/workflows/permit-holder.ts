import {
  condition,
  proxyActivities,
  setHandler,
  defineSignal,
  workflowInfo,
  getExternalWorkflowHandle,
} from '@temporalio/workflow';
import type { SiteActivities } from '../../activities';
import {
  PERMIT_MESSAGE,
  permitsWorkflowId,
  type PermitGranted,
  type PermitRequest,
  type PermitWaiting,
} from '../../campaign/contract/permits';
import { siteQueues } from '../../campaign/contract/queues';

export { permits } from '../../workflows/permits';

/** Which migration a test's holder asks for. */
export type HolderInput = Pick<PermitRequest, 'campaignId' | 'vm' | 'from' | 'to' | 'limitPerHost'> & {
  readonly site: string;
  /** Asks this often for the same permit. */
  readonly repeat?: number;
};

/** What a holder was told. */
export interface HolderResult {
  readonly grantedAtMs: number;
  readonly grants: number;
  readonly waiting: readonly PermitWaiting[];
}

/** The fake migration of a test's site: resolves when it is over. */
export interface FakeMigrationActivities {
  migrate(migration: { vm: string; from: string; to: string }): Promise<void>;
}

/** Stands in for a migration: asks for its permit, migrates, gives it back. */
export async function holder({ site, repeat = 1, ...wish }: HolderInput): Promise<HolderResult> {
  const granted: PermitGranted[] = [];
  const waiting: PermitWaiting[] = [];
  setHandler(defineSignal<[PermitGranted]>(PERMIT_MESSAGE.permitGranted), (grant) => void granted.push(grant));
  setHandler(defineSignal<[PermitWaiting]>(PERMIT_MESSAGE.permitWaiting), (notice) => void waiting.push(notice));
  const options = { taskQueue: siteQueues(site).activities, startToCloseTimeout: '10 minutes' } as const;
  const { requestPermit } = proxyActivities<SiteActivities>(options);
  const { migrate } = proxyActivities<FakeMigrationActivities>(options);
  const { workflowId } = workflowInfo();
  const requestId = `${workflowId}.1`;
  const request = { ...wish, requestId, holder: workflowId, actionId: wish.vm, atMs: Date.now() };
  for (let time = 0; time < repeat; time += 1) await requestPermit({ site, request });
  await condition(() => granted.length > 0);
  await migrate({ vm: wish.vm, from: wish.from, to: wish.to });
  await getExternalWorkflowHandle(permitsWorkflowId(site)).signal(PERMIT_MESSAGE.releasePermit, { requestId });
  return { grantedAtMs: granted[0]?.atMs ?? 0, grants: granted.length, waiting };
}
