import { readFileSync } from 'node:fs';
import { makePlan } from '../campaign/plan/make-plan';
import type { Placement } from '../campaign/plan/plan';
import type { Bench } from './bench';
import { interleave } from './interleave';
import type { PeerAction } from './peers/request-migration';
import { runPeer } from './peers/run-peer';
import { activityMs, openHistories } from './simulated/open-histories';
import { openBenchSite, untilIdle, type BenchSite, type LoggedStart } from './simulated/open-site';
import { summarise, summariseRatios } from './summarise';

const HOSTS = 100;
/** One prober takes 256 targets, hosts and VMs together. */
const VMS = 150;
/** As many as 100 hosts may carry by the limit of four a host, source and target counted. */
const CONCURRENT = 100;
const MIGRATIONS = { quick: 200, normal: 300, full: 10_000 } as const;
const LONGEST_MS = 3_600_000;

/** One run of a contender. */
interface ManyRun {
  readonly perSecond: number;
  readonly peakMib: number;
  readonly planMs: number | null;
}

/** (g) A ring of many migrations on 100 simulated hosts, as fast as it goes. */
export const manyMigrations: Bench = {
  id: 'g',
  title: 'many migrations on 100 hosts',
  async run(options) {
    const { size, say, atEnd, directory } = options;
    const count = MIGRATIONS[size];
    const site = await openBenchSite(options, { hosts: HOSTS, vms: VMS, memoryMib: 16, migrationsPerHost: 4 });
    const worker = site.world.startWorker();
    const historyOf = await openHistories(site, atEnd);
    const { drover, peer } = await interleave<ManyRun, 'drover' | 'peer'>(1, {
      drover: async () => {
        say(`drover: ${String(count)} migrations`);
        const begun = site.starts().length;
        const spec = {
          site: site.name,
          placement: await placementNow(site),
          pattern: { kind: 'ring', migrations: count, concurrent: CONCURRENT, pause: 0 },
          // Nothing of this plan has a time to keep: it is to be as fast as it goes.
          options: { whenBusy: 'postpone-one', whenLate: 'run-now', lateTolerance: '10m' },
          measure: { background: 1, probePeriod: '1s', prompt: '2s' },
        };
        const { result, results } = await site.world.end(await site.world.startCampaign(spec, 'bench-g'), LONGEST_MS);
        if (result.migrations.succeeded !== count) throw new Error(`not all succeeded: ${JSON.stringify(result)}`);
        const { campaign, runId } = results.campaign;
        const plan = activityMs(await historyOf(campaign, runId), 'planCampaign');
        const planMs = plan.started === null || plan.completed === null ? null : plan.completed - plan.started;
        return { perSecond: paceOf(site.starts().slice(begun)), peakMib: peakMib(worker.pid), planMs };
      },
      peer: async () => {
        say(`a plain workflow: ${String(count)} migrations`);
        const begun = site.starts().length;
        const actions = ringOf(await placementNow(site), count);
        const input = { url: site.url, address: site.world.address, actions, concurrent: CONCURRENT };
        const { peakKib } = (await runPeer('activities-program', input, directory)) as { peakKib: number };
        return { perSecond: paceOf(site.starts().slice(begun)), peakMib: peakKib / 1024, planMs: null };
      },
    });
    const name = 'plain Temporal activities';
    const of = (runs: readonly ManyRun[], figure: (run: ManyRun) => number) => runs.map(figure);
    const row = (measure: string, unit: string, figure: (run: ManyRun) => number) => ({
      ...{ measure, unit, drover: summarise(of(drover, figure)) },
      peer: { name, summary: summarise(of(peer, figure)) },
      ratio: summariseRatios(of(drover, figure), of(peer, figure)),
    });
    return {
      pairs: drover.length,
      rows: [
        row('migrations per second', '1/s', ({ perSecond }) => perSecond),
        row("worker's peak memory", 'MiB', (run) => run.peakMib),
        { measure: 'plan', unit: 'ms', drover: summarise(drover.flatMap(({ planMs }) => planMs ?? [])) },
      ],
      notes: [
        `${String(count)} migrations, ${String(VMS)} VMs, ${String(CONCURRENT)} at a time`,
        'the plain workflow keeps no limits, looks for no evidence and stores nothing',
        'ratios are drover divided by the plain workflow',
      ],
    };
  },
};

/** Migrations begun per second, from the first to the last. */
function paceOf(starts: readonly LoggedStart[]): number {
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new Error('nothing began');
  return ((starts.length - 1) * 1_000) / (last.atMs - first.atMs);
}

/** The most memory that a process ever had resident, MiB. */
function peakMib(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  if (peak === undefined) throw new Error('/proc does not tell peak memory');
  return Number(peak) / 1024;
}

/** Where all VMs are once nothing moves. */
async function placementNow(site: BenchSite): Promise<Placement> {
  await untilIdle(site);
  const inventory = await fetch(new URL('/inventory', site.url));
  const { hosts, vms } = (await inventory.json()) as {
    readonly hosts: readonly { readonly name: string }[];
    readonly vms: readonly { readonly name: string; readonly host: string }[];
  };
  return Object.fromEntries(
    hosts.map((host) => [host.name, vms.filter((vm) => vm.host === host.name).map((vm) => vm.name)]),
  );
}

/** The moves of drover's own plan, for a peer. */
function ringOf(placement: Placement, migrations: number): readonly PeerAction[] {
  const at = new Map(Object.entries(placement).flatMap(([host, vms]) => vms.map((vm) => [vm, host] as const)));
  const pattern = { kind: 'ring', migrations, concurrent: CONCURRENT, pace: { pauseMs: 0 } } as const;
  return makePlan(placement, pattern).actions.flatMap((action) => {
    if (action.kind !== 'migrate') return [];
    const { id, vm, to } = action;
    const from = at.get(vm) ?? '';
    at.set(vm, to);
    return [{ id: `peer-${id}`, vm, from, to, atMs: 0 }];
  });
}
