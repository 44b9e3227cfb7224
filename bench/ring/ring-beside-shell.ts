import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { labDown } from '../../lab/kvm/down';
import { labPaths } from '../../lab/kvm/lab-paths';
import { kvmLabRequirements } from '../../lab/kvm/requirements';
import { CampaignWorld } from '../../test/campaigns/campaign-world';
import { openTestLab, testLabName } from '../../test/lab/kvm/test-lab';
import { temporalBinary } from '../../test/temporal-binaries';
import { CannotRun, type Bench, type BenchOptions, type Row } from '../bench';
import { interleave } from '../interleave';
import { summarise, summariseRatios } from '../summarise';
import { legOf, type DoneMove, type Leg } from './leg';
import { dealtOut, ringMoves, type Placement, type RingMove } from './ring-plan';
import { openShellRing, type RingLimits } from './shell-ring';

const HOSTS = 3;
const VMS = 6;
const AIM = 1.05;

/** One ring, by both contenders in turn. */
interface Series extends RingLimits {
  readonly name: string;
  readonly migrations: number;
  readonly rounds: number;
  readonly aimed: boolean;
  /** Of drover's server and worker: at 19 they take only what hosts and guests leave, nearly as if on machines of their own. */
  readonly niceness: number;
}

/** Two hosts of three are busy with every migration: at one a host it is one at a time, at two up to three. */
const LIMITED = { name: 'one at a time, 20 MiB/s', perHost: 1, bandwidth: 20, aimed: true, niceness: 0 };
const YIELDING = { ...LIMITED, name: `${LIMITED.name}, drover at the lowest priority`, aimed: false, niceness: 19 };
const FAST = { name: 'one at a time, as fast as it goes', perHost: 1, bandwidth: null, aimed: false, niceness: 0 };
const TOGETHER = { name: 'up to three at a time, 20 MiB/s', perHost: 2, bandwidth: 20, aimed: false, niceness: 0 };
const SERIES: Readonly<Record<BenchOptions['size'], readonly Series[]>> = {
  quick: [{ ...LIMITED, migrations: 10, rounds: 1 }],
  normal: [
    { ...LIMITED, migrations: 30, rounds: 2 },
    { ...YIELDING, migrations: 15, rounds: 2 },
    { ...FAST, migrations: 9, rounds: 2 },
  ],
  full: [
    { ...LIMITED, migrations: 30, rounds: 4 },
    { ...YIELDING, migrations: 30, rounds: 4 },
    { ...FAST, migrations: 30, rounds: 4 },
    { ...TOGETHER, migrations: 30, rounds: 4 },
  ],
};

type Contender = (moves: readonly RingMove[], series: Series, placement: Placement) => Promise<readonly DoneMove[]>;

/** (b) A ring on real libvirt hosts beside a shell loop of `virsh migrate`. */
export const ringBesideShell: Bench = {
  id: 'b',
  title: 'ring of migrations beside a shell loop',
  async run(options) {
    const { shell, openDrover } = await openContenders(options);
    let placement = dealtOut(HOSTS, VMS);
    const rows: Row[] = [];
    for (const series of SERIES[options.size]) {
      const { drover, close } = await openDrover(series.niceness);
      const leg =
        (name: string, contender: Contender) =>
        async (round: number): Promise<Leg> => {
          options.say(`${series.name}: ${String(series.migrations)} migrations by ${name}, round ${String(round + 1)}`);
          const { moves, after } = ringMoves(placement, series.migrations);
          const done = await contender(moves, series, placement);
          placement = after;
          return legOf(moves, done);
        };
      const legs = await interleave(series.rounds, { drover: leg('drover', drover), shell: leg('the shell', shell) });
      await close();
      rows.push(...rowsOf(series, legs));
    }
    const rounds = SERIES[options.size].map((series) => series.rounds);
    return {
      pairs: Math.max(...rounds),
      rows,
      notes: [
        `${String(HOSTS)} emulated libvirt hosts, ${String(VMS)} idle VMs of 256 MiB; a ring is ${SERIES[options.size].map(({ name, migrations }) => `${String(migrations)} migrations (${name})`).join(', ')}`,
        'the same moves in the same order, each as soon as both its hosts have room: drover by a plan that asks for all of them at once, waiting for permits; the shell by bash over kept SSH connections with `wait -n`',
        'drover also writes its journal, probes every VM each 100 ms and samples counters; its server and worker run, idle, during the shell’s turn',
        'at the lowest priority (nice 19) server and worker take only the processor time that hosts and guests leave: nearly what machines of their own would do',
      ],
    };
  },
};

async function openContenders({ directory, atEnd, say }: BenchOptions) {
  const lacking = kvmLabRequirements();
  if (lacking.length > 0) throw new CannotRun(`the KVM lab cannot run here: ${lacking.join('; ')}`);
  // By name, so that an interruption while it comes up takes it down too.
  atEnd(() => labDown(testLabName()));
  say(`${String(HOSTS)} libvirt hosts with ${String(VMS)} VMs come up`);
  const lab = await openTestLab(HOSTS, VMS);
  const shell: Contender = openShellRing(lab, directory, atEnd);
  const { siteFile } = labPaths(lab.lab.name, lab.lab.suite);
  let worlds = 0;
  const openDrover = async (niceness: number): Promise<{ drover: Contender; close: () => Promise<void> }> => {
    worlds += 1;
    const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal'), niceness };
    const world = await CampaignWorld.open(join(directory, `world-${String(worlds)}`), siteFile, fromSetUp);
    const close = (): Promise<void> => world.close();
    atEnd(close);
    world.startWorker();
    return { drover: droverRing(world, lab.lab.name), close };
  };
  return { shell, openDrover };
}

/** Rings by campaigns of one server and worker. */
function droverRing(world: CampaignWorld, site: string): Contender {
  let campaigns = 0;
  return async (moves, series, placement) => {
    campaigns += 1;
    const spec = { site, placement, ...specOf(series, moves.length) };
    const handle = await world.startCampaign(spec, `bench-b-${String(campaigns)}`);
    const { results } = await world.end(handle).catch(throwCause);
    return results.migrations.flatMap(({ kind, origin, vm, from, to, outcome, error, requested, finished }) => {
      if (kind !== 'migrate' || origin !== 'drover') return [];
      if (outcome !== 'succeeded' || requested === null || finished === null)
        throw new Error(`${vm} to ${to}: ${outcome}, ${error ?? ''}`);
      return [{ vm, from: from ?? '', to, requestedMs: requested, finishedMs: finished }];
    });
  };
}

/** A campaign that failed says why in the cause of a cause. */
function throwCause(error: unknown): never {
  let last = error;
  while (last instanceof Error && last.cause instanceof Error) last = last.cause;
  throw new Error(`the campaign failed: ${last instanceof Error ? last.message : String(last)}`, { cause: error });
}

/** All moves are due at almost the same time, so that only permits decide when each begins. */
function specOf({ perHost, bandwidth }: RingLimits, migrations: number): object {
  return {
    pattern: { kind: 'ring', migrations, every: '100ms' },
    measure: { background: 1, probePeriod: '100ms', prompt: '250ms' },
    options: bandwidth === null ? {} : { bandwidthMibPerS: bandwidth },
    limits: { migrationsPerHost: perHost },
  };
}

function rowsOf(series: Series, { drover, shell }: Record<'drover' | 'shell', readonly Leg[]>): readonly Row[] {
  const seconds = (legs: readonly Leg[]): readonly number[] => legs.map((leg) => leg.seconds);
  const p50 = (legs: readonly Leg[], of: 'gapsMs' | 'migrationsMs') =>
    summarise(legs.map((leg) => summarise(leg[of]).median));
  const ratio = summariseRatios(seconds(drover), seconds(shell));
  const peer = 'shell loop of virsh migrate';
  return [
    {
      measure: `first request to last success of ${String(series.migrations)} migrations, ${series.name} (ratio: drover / beside)`,
      unit: 's',
      drover: summarise(seconds(drover)),
      peer: { name: peer, summary: summarise(seconds(shell)) },
      ratio,
      ...(series.aimed ? { aim: { text: `ratio <= ${String(AIM)}`, met: ratio.median <= AIM } } : {}),
    },
    ...(series.perHost > 1
      ? []
      : [
          {
            measure: `of it, p50 from a success to the next request, ${series.name}`,
            unit: 'ms',
            drover: p50(drover, 'gapsMs'),
            peer: { name: peer, summary: p50(shell, 'gapsMs') },
          },
          {
            measure: `of it, p50 of one migration, ${series.name}`,
            unit: 'ms',
            drover: p50(drover, 'migrationsMs'),
            peer: { name: peer, summary: p50(shell, 'migrationsMs') },
          },
        ]),
  ];
}
