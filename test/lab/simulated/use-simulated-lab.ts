import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedDown } from '../../../lab/simulated/down';
import { simulatedPaths, type SimulatedPaths } from '../../../lab/simulated/simulated-paths';
import { simulatedUp, type SimulatedUpOptions } from '../../../lab/simulated/up';

/** A simulated lab in a home of its own. */
export interface TestLab {
  readonly name: string;
  readonly url: string;
  readonly paths: SimulatedPaths;
  /** Sends a command of data-centre/state/commands.ts, past the driver. @returns the answer's status and body */
  command(body: object): Promise<{ readonly status: number; readonly body: unknown }>;
  get(path: string): Promise<unknown>;
  /** Lines of the data centre's own log of started migrations. */
  startedLines(): readonly string[];
  remove(): Promise<void>;
}

/** Brings a lab up for a test; `remove` takes it and its home away. */
export async function simulatedLabForTest(
  options: Omit<SimulatedUpOptions, 'name' | 'log'>,
  name = 'under-test',
): Promise<TestLab> {
  const home = mkdtempSync(join(tmpdir(), 'drover-simulated-'));
  const homeBefore = process.env['DROVER_HOME'];
  process.env['DROVER_HOME'] = home;
  const { url } = await simulatedUp({ ...options, name, log: () => undefined });
  const paths = simulatedPaths(name);
  return {
    name,
    url,
    paths,
    command: async (body) => {
      const response = await fetch(new URL('/commands', url), { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    },
    get: async (path) => (await fetch(new URL(path, url))).json(),
    startedLines: () =>
      existsSync(paths.startLog) ? readFileSync(paths.startLog, 'utf8').split('\n').filter(Boolean) : [],
    remove: async () => {
      await simulatedDown(name);
      rmSync(home, { recursive: true, force: true });
      if (homeBefore === undefined) delete process.env['DROVER_HOME'];
      else process.env['DROVER_HOME'] = homeBefore;
    },
  };
}
