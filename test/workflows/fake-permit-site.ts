import type { Clock } from '../../activities/clock';
import { createRequestPermit } from '../../activities/request-permit';
import { createWatchPermits } from '../../activities/watch-permits';
import type { Dependencies, Workflows } from '../../activities/dependencies';
import type { RunningMigration } from '../../hypervisors/types';
import type { FakeMigrationActivities } from './permit-holder';

type Move = Required<RunningMigration>;

/** A hypervisor that shows what runs and notes whenever a host runs more than it may; the activities around it are the real ones. */
export class FakePermitSite {
  readonly begun: string[] = [];
  readonly exceeded: string[] = [];
  private readonly running = new Map<string, { readonly move: Move; readonly end: () => void }>();

  constructor(
    readonly limit: number,
    /** How long a migration takes; null: until the test ends it. */
    public migrationMs: number | null,
  ) {}

  /** Begins a migration, with or without permit. @returns its end */
  begin(move: Move): Promise<void> {
    this.begun.push(move.vm);
    const over = new Promise<void>((resolve) => this.running.set(move.vm, { move, end: resolve }));
    for (const host of [move.from, move.to]) {
      const here = [...this.running.values()].filter(({ move: { from, to } }) => from === host || to === host);
      if (here.length > this.limit) this.exceeded.push(`${host}: ${here.map((each) => each.move.vm).join(' ')}`);
    }
    if (this.migrationMs !== null) setTimeout(() => this.end(move.vm), this.migrationMs);
    return over;
  }

  end(vm: string): void {
    this.running.get(vm)?.end();
    this.running.delete(vm);
  }

  endAll(): void {
    for (const vm of [...this.running.keys()]) this.end(vm);
  }

  get shown(): readonly RunningMigration[] {
    return [...this.running.values()].map(({ move }) => move);
  }

  activities(workflows: Workflows) {
    const hypervisor = { runningMigrations: () => Promise.resolve(this.shown) };
    const connection = { migrationsPerHost: this.limit, hypervisor };
    const sites = { connect: () => Promise.resolve(connection) };
    const dependencies = { clock: fastClock, sites, workflows } as unknown as Dependencies;
    const fake: FakeMigrationActivities = { migrate: (move) => this.begin(move) };
    return {
      ...fake,
      requestPermit: createRequestPermit(dependencies),
      watchPermits: createWatchPermits(dependencies),
    };
  }
}

const FASTER = 20;

/** Time that goes twenty times as fast, so that a look every two seconds is one every 100 ms. */
const fastClock: Clock = {
  nowMs: () => Date.now() * FASTER,
  sleepUntil(untilMs, signal) {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(0, untilMs / FASTER - Date.now()));
      signal.addEventListener('abort', done);
    });
  },
};
