import { setTimeout as sleep } from 'node:timers/promises';
import { HypervisorError } from '../types';

const PATIENCE_MS = 1_000;

/**
 * Makes what asks a host wait only briefly for one that did not answer last time: whoever asks all hosts again and again must not
 * hear of the others that much later, for as long as one is down. What was asked goes on, and once it has an answer the host
 * is asked anew: one that was long on its way would be old.
 * @throws HypervisorError unreachable, also for a host that has not answered yet
 */
export function brieflyIfSilent<T>(ask: (host: string) => Promise<T>): (host: string) => Promise<T> {
  const silent = new Set<string>();
  const asked = new Set<string>();
  return async (host) => {
    if (silent.has(host) && asked.has(host)) throw stillSilent(host);
    asked.add(host);
    const answer = ask(host)
      .then(
        (found) => {
          silent.delete(host);
          return found;
        },
        (error: unknown) => {
          silent.add(host);
          throw error;
        },
      )
      .finally(() => asked.delete(host));
    if (!silent.has(host)) return answer;
    const stop = new AbortController();
    const patience = sleep(PATIENCE_MS, undefined, { signal: stop.signal }).then(() =>
      Promise.reject(stillSilent(host)),
    );
    patience.catch(() => undefined);
    answer.catch(() => undefined);
    return Promise.race([answer, patience]).finally(() => stop.abort());
  };
}

function stillSilent(host: string): HypervisorError {
  return new HypervisorError('unreachable', `Host ${host} has not answered yet.`, true, 'Is it up?');
}
