import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { EXIT_START_AGAIN } from '../../campaign/contract/exit-codes';
import { EXIT } from '../../client/exit';
import { droverHome } from '../../client/home';
import { labPaths } from '../../lab/kvm/lab-paths';
import type { campaign } from '../../workflows/campaign';
import { CampaignWorld } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { openTestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';
import { LIMIT_PER_HOST, MIGRATIONS, SAMPLE_EVERY_MS, specOf, type Shape } from './campaigns';
import { causesOf, judgeRun, type Run, type Verdict } from './checker/judge-run';
import { readLogs } from './checker/read-logs';
import { readStore } from './checker/read-store';
import type { Fault, StruckFault } from './faults';
import { laneOf, manageWorker, strike, type ServiceManager, type Strike, type Target } from './strike';

/** One campaign under faults, and what the checker says of it. */
export interface FaultRun {
  readonly faults: readonly StruckFault[];
  readonly migrations: Readonly<Record<string, number>>;
  readonly recovered: number;
  readonly verdict: Verdict;
  /** What did not succeed, with the fault that explains it. */
  readonly causes: readonly string[];
}

const DISK_MIB = 64;
/** To be started again, and that no server answers now. */
const MAY_END_WITH: readonly number[] = [EXIT_START_AGAIN, EXIT.unreachable];
const ENDS_WITHIN_MS = 600_000;

/** Runs a campaign on a lab of its own, injects the faults one after the other, and has the result judged. */
export async function runFaults(shape: Shape, faults: readonly Fault[], everyS?: number): Promise<FaultRun> {
  const lab = await openTestLab(3, 3);
  const root = mkdtempSync(join(tmpdir(), 'drover-kill-matrix-'));
  const results = join(root, 'results');
  let world: CampaignWorld | null = null;
  let manager: ServiceManager | null = null;
  const ended = new AbortController();
  try {
    // A file system of its own, so that it can be full.
    mkdirSync(results, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(DISK_MIB)}m`, 'drover-kill-matrix', results]);
    const { siteFile } = labPaths(lab.lab.name, lab.lab.suite);
    world = await CampaignWorld.open(root, siteFile, { home: droverHome(), temporal: temporalBinary('temporal') });
    const hosts = Object.keys(lab.config.hosts);
    const vms = Object.keys(lab.config.addresses);
    const target: Target = { world, lab, hosts, vms, worker: world.startWorker(), workerDown: false };
    manager = manageWorker(target);
    const handle = await world.startCampaign(specOf(lab.lab.name, shape, everyS));
    const strikeThose = strikeIn(target, handle, ended.signal);
    const early = strikeThose(faults.filter(isEarly), Date.now());
    early.catch(() => undefined);
    const timeZeroMs = await timeZero(handle);
    const late = await strikeThose(
      faults.filter((fault) => !isEarly(fault)),
      timeZeroMs,
    );
    const strikes = [...(await early), ...late];
    const { result } = await world.end(handle, ENDS_WITHIN_MS);
    ended.abort();
    const struck = await Promise.all(strikes.map(({ over }) => over));
    if (result.outcome !== 'completed') throw new Error(`the campaign has ${result.outcome}: ${result.failure ?? ''}`);
    const crashes = manager.ends.filter((code) => code === null || !MAY_END_WITH.includes(code));
    if (crashes.length > 0) throw new Error(`a worker ended by itself, exit code ${crashes.join(', ')}: see its log`);
    const stored = await readStore(result.directory);
    const run: Run = {
      stored,
      events: readLogs(lab.directory),
      faults: struck,
      ...{ limitPerHost: LIMIT_PER_HOST, migrations: MIGRATIONS, sampleEveryMs: SAMPLE_EVERY_MS },
    };
    const verdict = judgeRun(run);
    if (Object.values(verdict).some(({ length }) => length > 0)) keep(root, lab.directory);
    const own = stored.rows.filter(({ kind, origin }) => kind === 'migrate' && origin === 'drover');
    const outcomes = [...new Set(own.map(({ outcome }) => outcome))];
    return {
      faults: struck,
      migrations: Object.fromEntries(
        outcomes.map((name) => [name, own.filter(({ outcome }) => outcome === name).length]),
      ),
      recovered: own.filter(({ provenance }) => provenance === 'recovered').length,
      verdict,
      causes: causesOf(run),
    };
  } catch (error) {
    keep(root, lab.directory);
    throw error;
  } finally {
    ended.abort();
    manager?.stop();
    await world?.close();
    execFileSync('umount', ['-l', results]);
    await lab.down();
    rmSync(root, { recursive: true, force: true });
  }
}

const isEarly = ({ early }: Fault): boolean => early === true;

/** Strikes while the campaign runs: side by side, but one after the other what would undo each other. */
function strikeIn(target: Target, handle: WorkflowHandle<typeof campaign>, ended: AbortSignal) {
  const lanes = new Map<string, Promise<unknown>>();
  return async (faults: readonly Fault[], zeroMs: number): Promise<readonly Strike[]> => {
    const strikes: Strike[] = [];
    const own: Promise<void>[] = [];
    for (const fault of faults) {
      await sleep(Math.max(0, zeroMs + fault.atMs - Date.now()));
      const before = lanes.get(laneOf(fault, target)) ?? Promise.resolve();
      const lane = before.then(async () => {
        if (!(await goesOn(handle))) return;
        const done = await strike(fault, target, ended);
        if (done !== null) strikes.push(done);
      });
      lane.catch(() => undefined);
      own.push(lane);
      lanes.set(laneOf(fault, target), lane);
    }
    await Promise.all(own);
    return strikes;
  };
}

/** Whether the campaign still runs; a server that does not answer cannot say, so it may. */
async function goesOn(handle: WorkflowHandle<typeof campaign>): Promise<boolean> {
  const description = await handle.describe().catch(() => null);
  return description === null || description.status.name === 'RUNNING';
}

/** Keeps what shows a run that has something to complain of: results, logs of worker, server and hosts, beside its folder. */
function keep(root: string, lab: string): void {
  const folder = `${root}-found`;
  cpSync(join(root, 'results'), join(folder, 'results'), {
    recursive: true,
    filter: (file) => !file.endsWith('ballast'),
  });
  for (const log of readdirSync(root).filter((name) => name.endsWith('.log')))
    cpSync(join(root, log), join(folder, log));
  for (const host of readdirSync(lab).filter((name) => /^h[1-9]/.test(name)))
    cpSync(join(lab, host, 'var', 'log', 'libvirt'), join(folder, host), { recursive: true });
  console.log(`Kept for a closer look: ${folder}`);
}

async function timeZero(handle: WorkflowHandle<typeof campaign>): Promise<number> {
  const times: number[] = [];
  await until('the plan begins', async () => {
    const progress = await handle.query<{ timeZeroMs: number | null }>('progress').catch(() => null);
    times.push(...[progress?.timeZeroMs ?? []].flat());
    return times.length > 0;
  });
  return times[0] ?? 0;
}
