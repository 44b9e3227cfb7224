import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentStatus } from './agent-status';
import type { BuiltAgent } from './build';
import { createProber, type Prober } from './create-prober';
import { runProgram } from './run-program';

/** How a prober on this machine is made. */
export interface LocalProberOptions {
  /** A folder of its own, of one campaign; made when it is needed. */
  readonly directory: string;
  readonly program: () => Promise<BuiltAgent>;
  /** Name of this machine in results. */
  readonly vantage: string;
}

const STOP_WITHIN_S = '20';

/** Makes a prober that lives in a folder of this machine; nothing runs before `ensure`. */
export function createLocalProber({ directory, program, vantage }: LocalProberOptions): Prober {
  const state = join(directory, 'state');
  const run = async (command: string, ...args: string[]): Promise<AgentStatus> =>
    runProgram((await program()).path, command, ...args);
  return createProber({
    directory,
    vantage,
    machine: {
      start: (lines) => run('start', 'probe', state, ...lines),
      renew: (renewal) => run('renew', state, String(renewal)),
      status: () => run('status', state),
      stop: () => run('stop', state, STOP_WITHIN_S),
      clock: () => run('clock'),
      fetch: async () => ({ directory: state, running: (await run('status', state)).running, complete: true }),
      remove: async () => {
        // Without a folder nothing ever ran, and no program is needed to say so.
        const there = await access(state).then(
          () => true,
          () => false,
        );
        if (there) await run('stop', state, '0');
      },
    },
  });
}
