import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Dependencies, Workflows } from '../../activities/dependencies';
import { createRequestPermit } from '../../activities/request-permit';
import { createWatchPermits } from '../../activities/watch-permits';
import type { ForeignMigrationsSeen, PermitRequest, WatchedPermits } from '../../campaign/contract/permits';
import { HypervisorError, type Hypervisor, type RunningMigration } from '../../hypervisors/types';
import { FakeClock } from './fake-hypervisor';

const holder: PermitRequest = {
  requestId: 'r1',
  holder: 'w1',
  campaignId: 'a',
  actionId: '1',
  vm: 'g1',
  from: 'h1',
  to: 'h2',
  atMs: 0,
  limitPerHost: null,
};
const own: RunningMigration = { vm: 'g1', from: 'h1', to: 'h2' };
const others: RunningMigration = { vm: 'g9', from: 'h3' };

/** One round of what the watcher sees. */
interface Round {
  readonly running?: readonly RunningMigration[] | Error;
  /** Hosts that cannot be asked. */
  readonly unasked?: readonly string[];
  /** Holders that are closed from now on. */
  readonly closed?: readonly string[];
  /** Waits this long before the next round instead of the usual two seconds. */
  readonly thenMs?: number;
}

/** A permits workflow and a site that go through the rounds; after the last one the workflow is closed. */
class World {
  permits: WatchedPermits;
  readonly clock = new FakeClock(1_000_000);
  readonly asked: string[] = [];
  readonly looks: ForeignMigrationsSeen[] = [];
  readonly lost: string[] = [];
  readonly requested: unknown[] = [];
  private rounds: Round[] = [];
  private closed: readonly string[] = [];

  constructor(holders: readonly PermitRequest[], waitingCount = 0) {
    this.permits = { holders, waitingCount, foreign: [], unasked: [], limitPerHost: 4, lookedAtMs: null };
  }

  private readonly workflows: Workflows = {
    isClosed: (id) => {
      this.asked.push(id);
      return Promise.resolve(this.closed.includes(id));
    },
    requestPermit: (permits, request) => Promise.resolve(void this.requested.push([permits, request])),
    watchedPermits: () => {
      const [round] = this.rounds;
      if (round === undefined) return Promise.resolve(null);
      this.closed = round.closed ?? this.closed;
      return Promise.resolve(this.permits);
    },
    releasePermit: () => Promise.reject(new Error('the watch releases no permit')),
    reportLostPermit: (_site, { requestId }) => {
      this.lost.push(requestId);
      this.permits = { ...this.permits, holders: this.permits.holders.filter((each) => each.requestId !== requestId) };
      return Promise.resolve();
    },
    reportForeignMigrations: (_site, look) => {
      this.looks.push(look);
      const { foreign, unasked = [], atMs: lookedAtMs, limitPerHost } = look;
      this.permits = { ...this.permits, foreign, unasked, lookedAtMs, limitPerHost };
      return Promise.resolve();
    },
  };

  dependencies(): Dependencies {
    const runningMigrations: Hypervisor['runningMigrations'] = (onUnasked) => {
      const { running = [], unasked = [], thenMs } = this.rounds.shift() ?? {};
      for (const host of unasked) onUnasked?.(host);
      if (thenMs !== undefined) this.clock.set(this.clock.nowMs() + thenMs);
      return running instanceof Error ? Promise.reject(running) : Promise.resolve(running);
    };
    const connection = { name: 'lab', migrationsPerHost: 3, hypervisor: { runningMigrations } };
    const sites = { names: () => ['lab'], connect: () => Promise.resolve(connection) };
    return { clock: this.clock, sites, workflows: this.workflows } as unknown as Dependencies;
  }

  watch(rounds: readonly Round[], environment = new MockActivityEnvironment()): Promise<void> {
    this.rounds = [...rounds];
    return environment.run(createWatchPermits(this.dependencies()), { site: 'lab' });
  }
}

describe('watchPermits', () => {
  it('reports its first look even if there is nothing to see, with the limit of the site file, then only what changes', async () => {
    const world = new World([holder]);
    await world.watch([{}, {}, { running: [own] }, { running: [own, others] }, { running: [others] }, {}, {}]);
    expect(world.looks.map(({ foreign }) => foreign)).toEqual([[], [others], []]);
    expect(world.looks.map(({ limitPerHost }) => limitPerHost)).toEqual([3, 3, 3]);
  });

  it('returns the permit of a closed holder only when the hypervisor does not show its migration any more', async () => {
    const world = new World([holder]);
    await world.watch([{ running: [own] }, { running: [own], closed: ['w1'] }, { running: [own] }]);
    expect(world.lost).toEqual([]);
    await world.watch([{ running: [own] }, {}, {}]);
    expect(world.lost).toEqual(['r1']);
  });

  it('does not ask Temporal about holders whose migration runs', async () => {
    const world = new World([holder, { ...holder, requestId: 'r2', holder: 'w2', vm: 'g2' }]);
    await world.watch([{ running: [own] }]);
    expect(world.asked).toEqual(['w2']);
  });

  it('waits out the armed activity of a closed holder that never migrated', async () => {
    const world = new World([holder]);
    await world.watch([{ closed: ['w1'] }, { thenMs: 40_000 }]);
    expect(world.lost).toEqual([]);
    await world.watch([{}, { thenMs: 50_000 }, {}]);
    expect(world.lost).toEqual(['r1']);
  });

  it('goes on from what an earlier attempt had seen', async () => {
    const environment = new MockActivityEnvironment({ heartbeatDetails: { seen: ['r1'], closedSinceMs: {} } });
    const world = new World([holder]);
    await world.watch([{ closed: ['w1'] }], environment);
    expect(world.lost).toEqual(['r1']);
  });

  it('looks at the site for waiters alone, too', async () => {
    const world = new World([], 1);
    await world.watch([{ running: [others] }]);
    expect(world.looks.map(({ foreign }) => foreign)).toEqual([[others]]);
  });

  it('ends without asking the hypervisor once nobody has wanted a permit for a while', async () => {
    const world = new World([]);
    const startedAtMs = world.clock.nowMs();
    await world.watch([{ running: new Error('must not be asked') }]);
    expect(world.clock.nowMs() - startedAtMs).toBeGreaterThanOrEqual(10_000);
    expect(world.looks).toEqual([]);
  });

  it('tells the permits which hosts cannot be asked, once, and when they can be again', async () => {
    const world = new World([], 1);
    const silent = { unasked: ['h3', 'h2'] };
    await world.watch([{}, silent, { unasked: ['h2', 'h3'] }, silent, { running: [others] }, {}]);
    expect(world.looks.map(({ unasked }) => unasked)).toEqual([[], ['h2', 'h3'], [], []]);
  });

  it('does not tell again what an earlier attempt told', async () => {
    const world = new World([], 1);
    world.permits = { ...world.permits, unasked: ['h2'], lookedAtMs: 1, limitPerHost: 3 };
    await world.watch([{ unasked: ['h2'] }]);
    expect(world.looks).toEqual([]);
    await world.watch([{}, {}]);
    expect(world.looks.map(({ unasked }) => unasked)).toEqual([[]]);
  });

  it('keeps the permit of a closed holder whose source cannot be asked', async () => {
    const world = new World([holder]);
    const silent = { unasked: ['h1'], thenMs: 60_000 };
    await world.watch([{ running: [own] }, { closed: ['w1'], ...silent }, silent]);
    expect(world.lost).toEqual([]);
    await world.watch([{ running: [own] }, silent, {}, {}]);
    expect(world.lost).toEqual(['r1']);
  });

  it('is retried whatever the hypervisor says, so that no permit stays for ever', async () => {
    const refused = new HypervisorError('authentication', 'h1 refuses the key.', false, 'Mend the key.');
    const failure = await new World([holder]).watch([{ running: refused }]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ nonRetryable: false, message: 'h1 refuses the key. (Mend the key.)' });
  });

  it('ends as cancelled when it is cancelled', async () => {
    const world = new World([holder]);
    const environment = new MockActivityEnvironment();
    world.clock.held = true;
    const over = world.watch([{}, {}], environment).catch((error: unknown) => error);
    while (world.looks.length === 0) await new Promise((resolve) => setImmediate(resolve));
    environment.cancel('CANCELLED');
    expect(await over).toBeInstanceOf(CancelledFailure);
  });
});

describe('requestPermit', () => {
  it('sends the request with what is needed to start the permits of the site', async () => {
    const world = new World([]);
    const input = { site: 'lab', request: holder };
    await new MockActivityEnvironment().run(createRequestPermit(world.dependencies()), input);
    expect(world.requested).toEqual([[{ site: 'lab', limitPerHost: 3 }, holder]]);
  });
});
