import { followSilence, NO_SILENCE, type SilentHosts } from '../campaign/plan/silent-hosts';
import type { MigrationHandle } from '../hypervisors/types';
import type { Clock } from './clock';

/** What each attempt of an armed activity tells the next one by its heartbeats. */
export interface AttemptDetails {
  /** What was submitted, as far as that is known. */
  readonly handle: MigrationHandle | null;
  readonly silent: SilentHosts;
}

/** @param details of the last heartbeat that arrived, if any did */
export function toldBefore(details: unknown): AttemptDetails {
  const { handle = null, silent = NO_SILENCE } = (details ?? {}) as Partial<AttemptDetails>;
  return { handle, silent };
}

/** The hosts of one migration, of which both must answer. */
const HOSTS = 'hosts';

/** Follows the silence of a migration's hosts over all attempts. */
export class Contact {
  private heard = false;

  /** @param silent what an earlier attempt told */
  constructor(
    private readonly clock: Clock,
    private silent: SilentHosts,
  ) {}

  hear(): void {
    this.heard = true;
  }

  /** The silence until now, for the next attempt. What answered in this one is taken to do so until it ends. */
  silence(): SilentHosts {
    return this.look().silent;
  }

  /** Are they silent for so long that nobody should wait for them any more? */
  isLost(): boolean {
    return this.look().lost.length > 0;
  }

  private look(): ReturnType<typeof followSilence> {
    const look = followSilence(this.silent, this.heard ? [] : [HOSTS], this.clock.nowMs());
    this.silent = look.silent;
    return look;
  }
}
