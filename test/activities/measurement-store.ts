import { join } from 'node:path';
import type { Dependencies } from '../../activities/dependencies';
import { renderReport } from '../../report/render-report';
import { readResults } from '../../store/read-results';
import { writeReport } from '../../store/report-file';
import type { Prober } from '../../agents/create-prober';
import type { ProbeHarvest } from '../../agents/probe-types';
import type { Clock } from '../../activities/clock';
import { createResultStore } from '../../store/result-store';
import type { ProbeRecord } from '../../measurement/types';
import { FakeClock } from './fake-hypervisor';

/** A clock that stands still while it is held, and lets go at once of a wait that was aborted before it began. */
export class StandingClock extends FakeClock {
  override sleepUntil(untilMs: number, signal: AbortSignal): Promise<void> {
    return signal.aborted ? Promise.resolve() : super.sleepUntil(untilMs, signal);
  }
}

export const CAMPAIGN = 'measured';
export const SPEC = {
  site: 'lab',
  placement: { h1: ['g1'], h2: [] },
  actions: [
    { migrate: 'g1', to: 'h2', at: '0s' },
    { migrate: 'g1', to: 'h1', at: '20s' },
  ],
  measure: { background: '10s' },
};

/** A prober whose records a test decides. */
export class FakeProber implements Prober {
  records: ProbeRecord[] = [];
  cursors: (string | null)[] = [];
  ensured = 0;
  stopped = 0;
  renewed: () => void = () => undefined;
  /** Records handed over by one call. */
  atOnce = Infinity;

  ensure(): Promise<{ locked: boolean; realtime: boolean }> {
    this.ensured += 1;
    return Promise.resolve({ locked: true, realtime: true });
  }

  async renew(): Promise<void> {
    await Promise.resolve();
    this.renewed();
  }

  clock(): ReturnType<Prober['clock']> {
    return Promise.resolve({ atMs: 7, offsetMs: 0.25, uncertaintyMs: 0.5 });
  }

  collect(cursor: string | null): Promise<ProbeHarvest> {
    this.cursors.push(cursor);
    const from = Number(cursor ?? 0);
    const records = this.records.slice(from, from + this.atOnce);
    return Promise.resolve({ records, gaps: [], cursor: String(from + records.length), more: false });
  }

  stop(): Promise<void> {
    this.stopped += 1;
    return Promise.resolve();
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }
}

/** A real result directory of a campaign that was planned and whose agents were started. */
export async function openMeasured(root: string, clock: Clock) {
  const store = createResultStore({ root: join(root, 'results'), onProblem: (problem) => expect(problem).toBe('') });
  const directory = await store.createDirectory(CAMPAIGN, 'run-1');
  const prober = new FakeProber();
  const renewals: unknown[] = [];
  const agents = {
    renew: (request: unknown) => {
      renewals.push(request);
      return Promise.resolve();
    },
  };
  const dependencies = {
    clock,
    store,
    sites: { names: () => ['lab'], connect: () => Promise.resolve({ agents }) },
    prober: () => prober,
    // In this thread, so that the sources are used that are tested.
    writeReport: async (results: string) => writeReport(results, renderReport(await readResults(results))),
  } as unknown as Dependencies;
  await store.writePlan(directory, {
    placement: { h1: ['g1'], h2: [] },
    actions: [
      { id: 'a1', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 0 },
      { id: 'a2', kind: 'migrate', vm: 'g1', to: 'h1', dueMs: 20_000 },
      { id: 'end', kind: 'end', dueMs: 40_000 },
    ],
  });
  await store.writeCampaign(directory, {
    format: 1,
    drover: '0.1.0',
    campaign: CAMPAIGN,
    runId: 'run-1',
    site: 'lab',
    hypervisor: 'fake',
    emulated: true,
    spec: SPEC,
    planHash: 'hash',
    inventory: null,
    machine: {},
    createdAt: 0,
    prober: { periodMs: 5, promptMs: 30, locked: true, realtime: true, clock: 'CLOCK_MONOTONIC' },
  });
  await store.writeState(directory, 'targets', [
    { name: 'g1', kind: 'vm', address: '10.0.0.1', port: 7 },
    { name: 'h1', kind: 'host', address: '10.0.0.2', port: 7 },
    { name: 'h2', kind: 'host', address: '10.0.0.3', port: 7 },
  ]);
  return { store, directory, prober, renewals, dependencies };
}
