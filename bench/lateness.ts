import { cpus } from 'node:os';
import { quantile } from 'simple-statistics';
import type { MigrationRow } from '../store/types';
import type { Bench, Row } from './bench';
import { interleave } from './interleave';
import type { PeerAction } from './peers/request-migration';
import { runPeer } from './peers/run-peer';
import { startBusyProcesses } from './simulated/busy-processes';
import { irregularMoves } from './simulated/irregular-moves';
import { actionOf, openBenchSite, untilIdle, type BenchSite } from './simulated/open-site';
import { placementOf } from './simulated/placement';
import { summarise, summariseRatios } from './summarise';

const HOSTS = 4;
const VMS = 20;
/** What server and worker can carry in what two busy processes leave them of two cores; faster, and the plan falls behind. */
const EVERY_MS = 1_200;
const MOVES = { quick: 40, normal: 80, full: 400 } as const;
const ROUNDS = { quick: 1, normal: 2, full: 3 } as const;
const AIM_MS = 10;
const MEASURES = [
  { name: 'p50', of: (ms: readonly number[]) => quantile([...ms], 0.5) },
  { name: 'p99', of: (ms: readonly number[]) => quantile([...ms], 0.99) },
  { name: 'max', of: (ms: readonly number[]) => Math.max(...ms) },
] as const;

/** One run of a contender: lateness of each request, ms, and of drover's what its own rows say. */
interface LatenessRun {
  readonly logged: readonly number[];
  readonly rows: readonly MigrationRow[];
}

/** (a) How late requests are on a loaded machine, by the log of the data centre that they reach. */
export const lateness: Bench = {
  id: 'a',
  title: 'lateness on a loaded machine',
  async run(options) {
    const { size, say, atEnd, directory } = options;
    const site = await openBenchSite(options, { hosts: HOSTS, vms: VMS, memoryMib: 16, migrationsPerHost: 1_000 });
    site.world.startWorker();
    const busy = cpus().length;
    startBusyProcesses(busy, atEnd);
    const moves = (round: number) =>
      irregularMoves({ hosts: HOSTS, vms: VMS, moves: MOVES[size], everyMs: EVERY_MS, seed: round + 1 });
    const peer =
      (program: string) =>
      async (round: number): Promise<LatenessRun> => {
        say(`round ${String(round + 1)} of ${String(ROUNDS[size])}: ${program}`);
        const actions = moves(round).map((move) => ({ ...move, id: `${program}-${String(round)}-${move.id}` }));
        const begun = site.starts().length;
        const { zeroMs } = (await runPeer(
          program,
          { url: site.url, address: site.world.address, actions },
          directory,
        )) as { zeroMs: number };
        await untilIdle(site);
        const due = new Map(actions.map(({ id, atMs }) => [id, zeroMs + atMs]));
        return {
          logged: site
            .starts()
            .slice(begun)
            .map(({ intent, atMs }) => atMs - (due.get(intent) ?? NaN)),
          rows: [],
        };
      };
    const runs = await interleave(ROUNDS[size], {
      drover: async (round) => {
        say(`round ${String(round + 1)} of ${String(ROUNDS[size])}: drover`);
        return runDrover(site, moves(round), `bench-a-${String(round)}`);
      },
      tick: peer('tick-program'),
      timer: peer('timer-program'),
    });
    const postponed = runs.drover.flatMap(({ rows }) => rows).filter(({ due, effective_due }) => due !== effective_due);
    const apart = runs.drover.flatMap(({ rows, logged }) =>
      rows.map((row, index) => (logged[index] ?? NaN) - (row.lateness_ms ?? NaN)),
    );
    return {
      pairs: ROUNDS[size],
      rows: MEASURES.flatMap((measure) => rowsOf(measure, runs)),
      notes: [
        `${String(MOVES[size])} migrations a run, one in each ${String(EVERY_MS)} ms at a drawn moment`,
        `${String(busy)} processes that only use CPU, nice 0, beside server, worker and data centre`,
        `the data centre logged each of drover's requests ${Math.min(...apart).toFixed(1)} to ${Math.max(...apart).toFixed(1)} ms after what its row says`,
        `${String(postponed.length)} were postponed because their permit came after they were due`,
      ],
    };
  },
};

/** One measure beside each peer, by the log; and by drover's own rows. */
function rowsOf(
  { name, of }: (typeof MEASURES)[number],
  { drover, tick, timer }: Readonly<Record<'drover' | 'tick' | 'timer', readonly LatenessRun[]>>,
): readonly Row[] {
  const figures = (runs: readonly LatenessRun[]) => runs.map(({ logged }) => of(logged));
  const own = figures(drover);
  const unit = 'ms';
  const aimOf = (median: number) =>
    name === 'p99' ? { aim: { text: `<= ${String(AIM_MS)} ms`, met: median <= AIM_MS } } : {};
  const beside = (peerName: string, peer: readonly LatenessRun[]): Row => ({
    measure: `lateness ${name}, by the data centre's log`,
    unit,
    drover: summarise(own),
    peer: { name: peerName, summary: summarise(figures(peer)) },
    // The log counts whole milliseconds.
    ...(Math.min(...own) > 0 ? { ratio: summariseRatios(figures(peer), own) } : {}),
    ...aimOf(summarise(own).median),
  });
  const rows = summarise(drover.map((run) => of(run.rows.map(({ lateness_ms }) => lateness_ms ?? NaN))));
  return [
    beside('2 s tick', tick),
    beside('Temporal timer', timer),
    { measure: `lateness ${name}, by drover's rows`, unit, drover: rows, ...aimOf(rows.median) },
  ];
}

/** @throws Error if a migration of the plan was not requested */
async function runDrover(site: BenchSite, moves: readonly PeerAction[], campaignId: string): Promise<LatenessRun> {
  const begun = site.starts().length;
  const handle = await site.world.startCampaign(
    {
      site: site.name,
      placement: placementOf(HOSTS, VMS),
      actions: moves.map(({ id, vm, to, atMs }) => ({ id, migrate: vm, to, at: `${String(atMs)}ms` })),
      options: { whenBusy: 'postpone-one' },
      measure: { background: 1, probePeriod: '50ms', prompt: '150ms' },
    },
    campaignId,
  );
  const { results } = await site.world.end(handle);
  const logged = new Map(
    site
      .starts()
      .slice(begun)
      .map((start) => [actionOf(start), start.atMs]),
  );
  const rows = results.migrations.filter(({ kind, origin }) => kind === 'migrate' && origin === 'drover');
  if (rows.length !== moves.length || rows.some(({ requested }) => requested === null))
    throw new Error(
      `not every migration was requested: ${JSON.stringify(rows.find(({ requested }) => requested === null) ?? rows.length)}`,
    );
  return {
    rows,
    logged: rows.map(({ action, effective_due }) => (logged.get(action) ?? NaN) - (effective_due ?? NaN)),
  };
}
