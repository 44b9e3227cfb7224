import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import {
  PERMIT_MESSAGE,
  type ForeignMigrationsSeen,
  type PermitEnded,
  type PermitRequest,
  type PermitsInput,
  type PermitsView,
  type WatchedPermits,
} from '../campaign/contract/permits';
import { siteQueues } from '../campaign/contract/queues';
import { emptyQueue, type PermitQueue } from '../campaign/plan/permit-queue';
import type { SiteActivities } from '../activities';
import { PERMIT_WATCH } from './activity-profiles';
import { hasLongHistory } from './long-history';
import { PermitsState } from './permits-state';

/** Asks for a permit; the answer is a signal to the holder. */
export const requestPermitSignal = defineSignal<[PermitRequest]>(PERMIT_MESSAGE.requestPermit);
/** Takes a request back, whether it was granted or not. */
export const withdrawPermitSignal = defineSignal<[PermitEnded]>(PERMIT_MESSAGE.withdrawPermit);
/** Gives a permit back: by the hypervisor's evidence the migration is over. */
export const releasePermitSignal = defineSignal<[PermitEnded]>(PERMIT_MESSAGE.releasePermit);
const permitLostSignal = defineSignal<[PermitEnded]>(PERMIT_MESSAGE.permitLost);
const foreignMigrationsSignal = defineSignal<[ForeignMigrationsSeen]>(PERMIT_MESSAGE.foreignMigrations);
/** Who holds permits, who waits and why, and what others have started. */
export const getPermitsQuery = defineQuery<PermitsView>(PERMIT_MESSAGE.permits);
const getWatchedPermitsQuery = defineQuery<WatchedPermits>(PERMIT_MESSAGE.watchedPermits);

/** Nobody waits for it once it is idle; the next request starts it again, with the code of that day. */
const IDLE = '10 minutes';
const WATCH_AGAIN_AFTER = '10 seconds';

/**
 * Grants the right to run one migration, on source and target host together, to all campaigns on one site. It completes
 * when nobody has wanted a permit for ten minutes. Cancelling it changes nothing as long as somebody does.
 */
export async function permits(input: PermitsInput, carried?: PermitQueue): Promise<void> {
  const state = new PermitsState(input.site, carried ?? emptyQueue(input.limitPerHost));
  handleMessages(state);
  await CancellationScope.nonCancellable(() => serve(input, state));
}

function handleMessages(state: PermitsState): void {
  const understood = (signal: string, known: boolean): void => {
    if (!known) log.warn(`ignored a signal ${signal} that cannot be understood`);
  };
  const { requestPermit, withdrawPermit, releasePermit, permitLost, foreignMigrations } = PERMIT_MESSAGE;
  setHandler(requestPermitSignal, (request) => understood(requestPermit, state.request(request)), {
    description: 'A migration asks for its permit. Repeating it changes nothing.',
  });
  setHandler(withdrawPermitSignal, (ended) => understood(withdrawPermit, state.end(ended)), {
    description: 'A permit is not wanted any more, granted or not.',
  });
  setHandler(releasePermitSignal, (ended) => understood(releasePermit, state.end(ended)), {
    description: 'A migration is over, by the evidence of the hypervisor.',
  });
  setHandler(permitLostSignal, (ended) => understood(permitLost, state.end(ended)), {
    description: 'The holder of a permit is gone and the hypervisor does not show its migration any more.',
  });
  setHandler(foreignMigrationsSignal, (seen) => understood(foreignMigrations, state.look(seen)), {
    description: 'What runs on the site without a permit, and the limit by the site file.',
  });
  setHandler(getPermitsQuery, () => state.view(), {
    description: 'Who holds permits, who waits and why, and what others have started.',
  });
  setHandler(getWatchedPermitsQuery, () => state.watched(), {
    description: 'What the watching activity needs to know; see permits.',
  });
}

async function serve(input: PermitsInput, state: PermitsState): Promise<void> {
  const watch = new Watch(input.site, () => state.watchEnded());
  for (;;) {
    state.settle();
    if (state.wanted) watch.start();
    if (hasLongHistory()) {
      watch.stop();
      await condition(() => state.allSent);
      await continueAsNew<typeof permits>(input, state.queue);
    }
    if (state.wanted || watch.running || !state.allSent) {
      await condition(() => state.changed || (!state.wanted && !watch.running && state.allSent));
    } else if (!(await condition(() => state.changed, IDLE, { summary: 'completes if nobody wants a permit' }))) {
      return;
    }
  }
}

/** The watching activity: at most one at a time, started anew if it fails for good. */
class Watch {
  running = false;
  private scope = new CancellationScope();

  constructor(
    private readonly site: string,
    private readonly onEnd: () => void,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.scope = new CancellationScope();
    void this.watch();
  }

  stop(): void {
    this.scope.cancel();
  }

  private async watch(): Promise<void> {
    const { watchPermits } = proxyActivities<SiteActivities>({
      ...PERMIT_WATCH,
      taskQueue: siteQueues(this.site).activities,
    });
    try {
      const summary = 'what runs without a permit, which holders are gone';
      await this.scope.run(() => watchPermits.executeWithOptions({ summary }, [{ site: this.site }]));
    } catch (error) {
      if (isCancellation(error)) return;
      log.warn('the watch of the permits failed', { error });
      await sleep(WATCH_AGAIN_AFTER, { summary: 'the watch failed; it is started again' });
    }
    this.running = false;
    this.onEnd();
  }
}
