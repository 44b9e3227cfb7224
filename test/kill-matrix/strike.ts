import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLabScript } from '../../lab/kvm/run-lab-script';
import type { CampaignWorld } from '../campaigns/campaign-world';
import type { Piece } from '../campaigns/piece';
import type { TestLab } from '../lab/kvm/test-lab';
import type { Fault, StruckFault } from './faults';
import { processesNaming, processesOfHost, signalAll, type FoundProcess } from '../campaigns/find-processes';

/** What faults strike: a campaign's world on a lab, and the worker that runs now. */
export interface Target {
  readonly world: CampaignWorld;
  readonly lab: TestLab;
  readonly hosts: readonly string[];
  readonly vms: readonly string[];
  worker: Piece;
  /** It was killed and is not to run now. */
  workerDown: boolean;
}

/** What a service manager does while a campaign runs. */
export interface ServiceManager {
  /** How workers ended by themselves: exit codes; null: by a signal of nobody here. */
  readonly ends: readonly (number | null)[];
  stop(): void;
}

/** Starts the worker again whenever it has ended by itself. */
export function manageWorker(target: Target): ServiceManager {
  const ends: (number | null)[] = [];
  const timer = setInterval(() => {
    if (target.workerDown || target.worker.runs) return;
    ends.push(target.worker.exitCode);
    target.worker = target.world.startWorker();
  }, 1_000);
  return { ends, stop: () => clearInterval(timer) };
}

/** A fault that struck. */
export interface Strike {
  /** What it was, once what it struck works again. */
  readonly over: Promise<StruckFault>;
}

interface Injected {
  readonly struck: string | null;
  readonly mend: Mend;
  /** Whether it runs again, where nobody but drover starts it. */
  readonly back?: () => boolean;
}

/** Undoes a fault as an operator or a service manager would. */
type Mend = () => Promise<void>;

/** Faults of one lane strike the same and would undo each other. A frozen worker has a lane of its own: another takes its place. */
export function laneOf({ victim, deed, which }: Fault, { hosts }: Target): string {
  switch (victim) {
    case 'worker':
      return deed === 'SIGSTOP' ? 'frozen worker' : 'worker and server';
    case 'server':
      return 'worker and server';
    case 'libvirtd':
    case 'ssh':
    case 'host':
    case 'link':
    case 'port':
      return hosts[which % hosts.length] ?? '';
    default:
      return victim;
  }
}

/**
 * Injects one fault, waits its length, undoes it. An agent that was killed is started again by drover alone: `over` tells when.
 * @returns what was struck and when; null: there was no such process
 */
export async function strike(fault: Fault, target: Target, ended: AbortSignal): Promise<Strike | null> {
  const { victim, deed } = fault;
  const fromMs = Date.now();
  const injected = await inject(fault, target);
  if (injected === null) return null;
  const { struck, mend, back } = injected;
  await sleep(fault.forMs);
  await mend();
  const mended = { victim, deed, target: struck, fromMs, untilMs: Date.now() };
  const over =
    back === undefined ? Promise.resolve(mended) : runsAgain(back, ended).then((untilMs) => ({ ...mended, untilMs }));
  return { over };
}

/** The moment at which a process is there again, or the campaign has ended without it. */
async function runsAgain(back: () => boolean, ended: AbortSignal): Promise<number> {
  while (!back() && !ended.aborted) await sleep(500, undefined, { signal: ended }).catch(() => undefined);
  return Date.now();
}

async function inject(fault: Fault, target: Target): Promise<Injected | null> {
  const { victim, deed, which } = fault;
  const { lab, hosts, vms, world } = target;
  const host = hosts[which % hosts.length] ?? '';
  const vm = vms[which % vms.length] ?? '';
  const ofHost = (matches: (found: FoundProcess) => boolean): readonly number[] =>
    processesOfHost(lab.directory, host).filter(matches).map(pidOf);
  const number = host.slice(1);
  switch (victim) {
    case 'worker':
      if (!target.worker.runs) return null;
      return {
        struck: null,
        mend: deed === 'SIGSTOP' ? freezeWorker(target, which % 2 === 0) : await endWorker(target, deed),
      };
    case 'server':
      return deed === 'SIGSTOP'
        ? signalled(null, [world.serverPid], deed)
        : { struck: null, mend: await endServer(world, deed) };
    case 'worker and server': {
      if (!target.worker.runs) return null;
      if (deed === 'SIGSTOP') return signalled(null, [target.worker.pid, world.serverPid], deed);
      const [worker, server] = [await endWorker(target, deed), await endServer(world, deed)];
      return { struck: null, mend: async () => server().then(worker) };
    }
    case 'libvirtd': {
      const pids = ofHost(({ comm }) => comm === 'libvirtd');
      const start: Mend = async () => {
        await runLabScript(lab.lab, ['on', number, 'libvirtd', '-d']);
      };
      return signalled(host, pids, deed, start);
    }
    case 'qemu': {
      const pids = hosts.flatMap((each) => processesOfHost(lab.directory, each).filter(runsGuest(vm)).map(pidOf));
      return signalled(vm, pids, deed, async () => startGuests(target, [vm]));
    }
    case 'prober':
      return agentSignalled(null, () => processesNaming(world.directory).filter(isAgent('probe')).map(pidOf), deed);
    case 'recorder':
      return agentSignalled(host, () => ofHost(isAgent('record')), deed);
    case 'ssh':
      return signalled(host, ofHost(isSession), deed);
    case 'host': {
      const all = processesOfHost(lab.directory, host);
      const guests = vms.filter((each) => all.some(runsGuest(each)));
      const restart: Mend = async () => {
        await runLabScript(lab.lab, ['start_host', number]);
        await startGuests(target, guests);
      };
      // What entered its namespaces from outside would stop with what it started there, and stay so.
      const outside = processesNaming(join(lab.directory, host));
      return signalled(host, [...all, ...outside].map(pidOf), deed, restart);
    }
    case 'link':
      await setLink(lab, number, 'down');
      return { struck: host, mend: async () => setLink(lab, number, 'up') };
    case 'port':
      await setPort(lab, number, 'delif');
      return { struck: host, mend: async () => setPort(lab, number, 'addif') };
    case 'disk': {
      const ballast = join(world.resultsDirectory, 'ballast');
      fill(ballast);
      return { struck: null, mend: later(() => rmSync(ballast, { force: true })) };
    }
  }
}

function later(mend: () => void): Mend {
  return async () => {
    mend();
    return Promise.resolve();
  };
}

const pidOf = ({ pid }: FoundProcess): number => pid;
const isAgent =
  (name: string) =>
  ({ args }: FoundProcess): boolean =>
    args[0]?.includes('drover-agent') === true && args[1] === 'start' && args[2] === name;
const isSession = ({ comm, args }: FoundProcess): boolean => comm === 'sshd' && args[0]?.includes('@') === true;
const runsGuest =
  (vm: string) =>
  ({ args }: FoundProcess): boolean =>
    args[0]?.includes('qemu-system') === true && args.some((arg) => arg.startsWith(`guest=${vm},`));

/** Stops or ends processes; null if there are none. What was stopped goes on afterwards, what was ended is started again. */
function signalled(
  struck: string | null,
  pids: readonly number[],
  deed: Fault['deed'],
  restart?: Mend,
): Injected | null {
  if (pids.length === 0) return null;
  if (deed !== 'SIGSTOP') {
    signalAll(pids, deed === 'SIGTERM' ? 'SIGTERM' : 'SIGKILL');
    return { struck, mend: restart ?? later(() => undefined) };
  }
  signalAll(pids, 'SIGSTOP');
  return { struck, mend: later(() => signalAll(pids, 'SIGCONT')) };
}

function agentSignalled(struck: string | null, pids: () => readonly number[], deed: Fault['deed']): Injected | null {
  const injected = signalled(struck, pids(), deed);
  return injected === null || deed === 'SIGSTOP' ? injected : { ...injected, back: () => pids().length > 0 };
}

async function endWorker(target: Target, deed: Fault['deed']): Promise<Mend> {
  target.workerDown = true;
  await (deed === 'SIGTERM' ? target.worker.drain() : target.worker.kill());
  return later(() => {
    target.worker = target.world.startWorker();
    target.workerDown = false;
  });
}

/** Either it is the only one and goes on when it wakes; or another takes over meanwhile, the frozen one finds that out and is drained. */
function freezeWorker(target: Target, alone: boolean): Mend {
  const frozen = target.worker;
  frozen.stop();
  if (alone) return later(() => frozen.goOn());
  target.worker = target.world.startWorker();
  return async () => {
    frozen.goOn();
    await sleep(2_000);
    await frozen.drain();
  };
}

async function endServer(world: CampaignWorld, deed: Fault['deed']): Promise<Mend> {
  await (deed === 'SIGTERM' ? world.stopServer() : world.killServer());
  return async () => world.startServer();
}

/** Starts guests again where they are defined. */
async function startGuests({ lab, hosts }: Target, vms: readonly string[]): Promise<void> {
  for (const host of hosts)
    for (const vm of vms)
      await runLabScript(lab.lab, ['on', host.slice(1), 'virsh', '-q', 'start', vm]).catch(() => undefined);
}

async function setLink({ lab }: TestLab, number: string, state: 'up' | 'down'): Promise<void> {
  await runLabScript(lab, ['on', '0', 'ip', 'link', 'set', `v${number}`, state]);
}

/** Takes a host's link out of the switch of the lab, or puts it back: its carrier stays. */
async function setPort({ lab }: TestLab, number: string, command: 'delif' | 'addif'): Promise<void> {
  await runLabScript(lab, ['on', '0', 'brctl', command, 'lab', `v${number}`]);
}

/** Writes until the file system is full. */
function fill(file: string): void {
  const piece = Buffer.alloc(64 * 1_024);
  try {
    for (;;) writeFileSync(file, piece, { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
