import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAgent, type BuiltAgent } from '../../agents/build';

/** Compiles the agent program for the tests of a file, in a folder of its own that is deleted after them. */
export function useBuiltAgent(): { readonly program: () => Promise<BuiltAgent>; readonly home: () => string } {
  let home = '';
  let built: BuiltAgent | undefined;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'drover-agents-'));
    built = await buildAgent(home);
  }, 60_000);
  afterAll(() => rm(home, { recursive: true, force: true }));
  return {
    home: () => home,
    program: async () => {
      if (built === undefined) throw new Error('the agent program was not built');
      return Promise.resolve(built);
    },
  };
}
