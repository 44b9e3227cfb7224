import { seededRandom } from '../../measurement/random';

/** What is struck. `qemu`: the process of a guest; `ssh`: the sessions that a host serves; `link`: a host's only
 * link, which loses its carrier; `port`: that of the switch, which drops all packets of a host without a sign. */
export type Victim =
  | 'worker'
  | 'server'
  | 'worker and server'
  | 'libvirtd'
  | 'qemu'
  | 'prober'
  | 'recorder'
  | 'ssh'
  | 'host'
  | 'link'
  | 'port'
  | 'disk';

/** What is done to it; each is undone after a while, as an operator or a service manager would. */
export type Deed = 'SIGKILL' | 'SIGSTOP' | 'SIGTERM' | 'packets dropped' | 'filled';

/** One fault of a run: what, when after time zero, and for how long. */
export interface Fault {
  readonly victim: Victim;
  readonly deed: Deed;
  /** Of the host or VM that is struck, taken modulo their number. */
  readonly which: number;
  readonly atMs: number;
  readonly forMs: number;
  /** From the start of the campaign on, before anything migrates, not from time zero. */
  readonly early?: boolean;
}

/** A fault that happened, as the checker reads it. Times UTC ms; it is over when what it struck works again. */
export interface StruckFault {
  readonly victim: Victim;
  readonly deed: Deed;
  /** Host or VM that was struck; null: neither. */
  readonly target: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Longer than what an armed migration, a collection and a request have: the armed activity's heartbeat (40 s: 5 s of lead, 5 s of
 * tolerance, 15 s for the request and 15 s to spare), the request's (10 s).
 */
const LONG_MS = 50_000;
/** Longer than any activity of a campaign that runs may take, writing to the store included (2 min). */
const LONGEST_MS = 130_000;
const SHORT_MS = 3_000;
/** About what planning, checks, agents and placement take. */
const PREPARING_MS = 20_000;
const OF_TEMPORAL = ['worker', 'server', 'worker and server'];
/** What is frozen for longest: it goes on in the belief that what it was doing is still its own. */
const BELIEVES = ['worker', 'server', 'libvirtd'];

const KINDS: readonly Pick<Fault, 'victim' | 'deed'>[] = [
  { victim: 'worker', deed: 'SIGKILL' },
  { victim: 'worker', deed: 'SIGSTOP' },
  { victim: 'worker', deed: 'SIGTERM' },
  { victim: 'server', deed: 'SIGKILL' },
  { victim: 'server', deed: 'SIGSTOP' },
  { victim: 'server', deed: 'SIGTERM' },
  { victim: 'worker and server', deed: 'SIGKILL' },
  { victim: 'worker and server', deed: 'SIGSTOP' },
  { victim: 'libvirtd', deed: 'SIGKILL' },
  { victim: 'libvirtd', deed: 'SIGSTOP' },
  { victim: 'libvirtd', deed: 'SIGTERM' },
  { victim: 'qemu', deed: 'SIGKILL' },
  { victim: 'qemu', deed: 'SIGSTOP' },
  { victim: 'prober', deed: 'SIGKILL' },
  { victim: 'prober', deed: 'SIGSTOP' },
  { victim: 'recorder', deed: 'SIGKILL' },
  { victim: 'recorder', deed: 'SIGSTOP' },
  { victim: 'ssh', deed: 'SIGKILL' },
  { victim: 'ssh', deed: 'SIGSTOP' },
  { victim: 'host', deed: 'SIGKILL' },
  { victim: 'host', deed: 'SIGSTOP' },
  { victim: 'link', deed: 'packets dropped' },
  { victim: 'port', deed: 'packets dropped' },
  { victim: 'disk', deed: 'filled' },
];

/** All kinds, in the order in which the table names them. */
export const FAULT_KINDS = KINDS;

/**
 * The faults of run number `run` of a matrix: kinds in an order that the seed shuffles, so that the matrix goes through all of
 * them before it repeats one, each at a moment of its own share of the time.
 */
export function drawFaults(
  seed: number,
  run: number,
  count: number,
  lengthMs: number,
  kinds = FAULT_KINDS,
): readonly Fault[] {
  return Array.from({ length: count }, (_, index) => {
    const nth = run * count + index;
    const round = Math.floor(nth / kinds.length);
    const kind = shuffled(kinds, random(seed, round))[nth % kinds.length];
    if (kind === undefined) throw new Error('no kinds');
    const draw = random(seed, 1_000_000 + nth);
    const shareMs = lengthMs / count;
    const forMs = Math.round(lengthOf(kind, draw));
    const which = Math.floor(draw() * 1_000);
    // A host that is down before time zero is refused, as it should be.
    if (OF_TEMPORAL.includes(kind.victim) && forMs < 2 * SHORT_MS && draw() < 0.4)
      return { ...kind, which, forMs, atMs: Math.round(draw() * PREPARING_MS), early: true };
    return { ...kind, which, forMs, atMs: Math.round((index + draw()) * shareMs) };
  });
}

/** What is killed or told to end is soon started again; anything else lasts for a moment or for long. */
function lengthOf({ victim, deed }: Pick<Fault, 'victim' | 'deed'>, draw: () => number): number {
  if (deed === 'SIGKILL' || deed === 'SIGTERM' || draw() < 0.5) return SHORT_MS * (0.5 + draw());
  return (BELIEVES.includes(victim) && draw() < 0.5 ? LONGEST_MS : LONG_MS) * (1 + 0.4 * draw());
}

function shuffled<T>(items: readonly T[], draw: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** A series of its own for each stream of a seed. */
function random(seed: number, stream: number): () => number {
  return seededRandom(seed * 1_000_003 + stream * 7_919);
}
