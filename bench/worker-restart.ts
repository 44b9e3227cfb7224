import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { migrationWorkflowId } from '../campaign/contract/ids';
import { MESSAGE, type Progress } from '../campaign/contract/messages';
import { until } from '../test/campaigns/until';
import type { Bench } from './bench';
import { activityMs, eventMs, openHistories, type HistoryEvent } from './simulated/open-histories';
import { actionOf, openBenchSite, type BenchSite } from './simulated/open-site';
import { placementOf } from './simulated/placement';
import { stepTimes, type StepTimes } from './simulated/step-times';
import { summarise } from './summarise';

const VMS = 2;
const EVERY_MS = 15_000;
/** Before an action is armed, so that it waits in the plan when its worker dies. */
const KILLED_BEFORE_DUE_MS = 6_500;
const DUE_BEFORE_SPAWN_MS = 500;
const RESTARTS = { quick: 2, normal: 5, full: 10 } as const;
/** Enough for a slow machine, on which some pass before the next restart; the campaign is then ended. */
const MOST_ACTIONS = 400;
const AIM_MS = 2_000;

const STEPS = [
  'the process has loaded and is connected',
  'the campaign goes on',
  'its next migration begins',
  'its armed activity has started',
  'its request is at the data centre',
] as const;

/** One restart. Times UTC ms. */
interface Restart {
  readonly spawnedAtMs: number;
  readonly runsAtMs: number;
  readonly requestedAtMs: number;
  readonly action: string;
}

/** (d) The worker is killed while actions wait and started again after one of them has become due: from the start of its process to that action's request. */
export const workerRestart: Bench = {
  id: 'd',
  title: 'worker restart to next request',
  async run(options) {
    const { size, say, atEnd } = options;
    const restarts = RESTARTS[size];
    const site = await openBenchSite(options, { hosts: 2, vms: VMS, memoryMib: 16, migrationsPerHost: 4 });
    const historyOf = await openHistories(site, atEnd);
    let worker = site.world.startWorker();
    const spec = {
      site: site.name,
      placement: placementOf(2, VMS),
      pattern: { kind: 'ring', migrations: MOST_ACTIONS, every: `${String(EVERY_MS)}ms` },
      // What is due while no worker runs is still in time: the plan's own delays are not what is measured.
      options: { lateTolerance: '60s', whenBusy: 'postpone-one' },
      measure: { background: 1, probePeriod: '50ms', prompt: '150ms' },
    };
    const handle = await site.world.startCampaign(spec, 'bench-d');
    const seen: Restart[] = [];
    for (let n = 1; n <= restarts; n += 1) {
      say(`restart ${String(n)} of ${String(restarts)}`);
      const dueMs = await nextDue(handle);
      await sleep(dueMs - KILLED_BEFORE_DUE_MS - Date.now());
      await worker.kill();
      await sleep(Math.max(0, dueMs + DUE_BEFORE_SPAWN_MS - Date.now()));
      const before = site.starts().length;
      const spawnedAtMs = Date.now();
      worker = site.world.startWorker();
      seen.push({ ...(await nextRequest(site, before)), spawnedAtMs, runsAtMs: runsSince(site, n) });
    }
    await handle.executeUpdate(MESSAGE.abort);
    const { results } = await site.world.end(handle);
    const { campaign: campaignId, runId: firstRunId } = results.campaign;
    const campaignEvents = await historyOf(campaignId);
    const timed = seen.map(async (restart) => {
      const events = await historyOf(migrationWorkflowId({ campaignId, firstRunId }, restart.action));
      return stepsOf(restart, campaignEvents, events) ?? [];
    });
    const steps = (await Promise.all(timed)).flat();
    const drover = summarise(seen.map(({ spawnedAtMs, requestedAtMs }) => requestedAtMs - spawnedAtMs));
    const aim = { text: `<= ${String(AIM_MS)} ms`, met: drover.median <= AIM_MS };
    return {
      pairs: restarts,
      rows: [
        { measure: 'worker process started to next request', unit: 'ms', drover, aim },
        ...STEPS.map((step) => ({
          measure: `of it: ${step}`,
          unit: 'ms',
          drover: summarise(steps.map((times) => times[step])),
        })),
      ],
      notes: [
        `killed (SIGKILL) ${String(KILLED_BEFORE_DUE_MS)} ms before an action was due, started again ${String(DUE_BEFORE_SPAWN_MS)} ms after`,
      ],
    };
  },
};

/** When the next action is due: one that waits in the plan for long enough, while no other is on its way. UTC ms. */
async function nextDue(handle: WorkflowHandle): Promise<number> {
  let dueMs = 0;
  await until('an action waits in the plan', async () => {
    const progress = await handle.query<Progress>(MESSAGE.progress).catch(() => null);
    dueMs = progress?.running.length === 0 ? (progress.next?.dueMs ?? 0) : 0;
    return dueMs - Date.now() > KILLED_BEFORE_DUE_MS;
  });
  return dueMs;
}

/** The first request after those that were logged before, by the data centre. */
async function nextRequest(site: BenchSite, before: number): Promise<Pick<Restart, 'requestedAtMs' | 'action'>> {
  await until('the next action is requested', () => site.starts().length > before, 120_000);
  const start = site.starts()[before];
  if (start === undefined) throw new Error('the log of the data centre has lost a line');
  return { requestedAtMs: start.atMs, action: actionOf(start) };
}

/** When the `n`-th restarted worker said that it runs, by its log. */
function runsSince({ world }: BenchSite, n: number): number {
  const lines = readFileSync(join(world.directory, `worker-${String(n + 1)}.log`), 'utf8').split('\n');
  const line = lines.find((text) => text.includes('worker runs'));
  if (line === undefined) throw new Error(`worker ${String(n)} did not say that it runs`);
  return (JSON.parse(line) as { readonly time: number }).time;
}

function stepsOf(
  { spawnedAtMs, runsAtMs, requestedAtMs }: Restart,
  campaignEvents: readonly HistoryEvent[],
  events: readonly HistoryEvent[],
): StepTimes<(typeof STEPS)[number]> | null {
  const goesOn = campaignEvents
    .filter(({ workflowTaskStartedEventAttributes: task }) => (task ?? null) !== null)
    .map(eventMs)
    .find((atMs) => (atMs ?? 0) > spawnedAtMs);
  const { started } = activityMs(events, 'runMigration');
  return stepTimes(STEPS, [spawnedAtMs, runsAtMs, goesOn ?? null, eventMs(events[0]), started, requestedAtMs]);
}
