import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import type { MigrationRow } from '../../store/types';
import { temporalBinary } from '../temporal-binaries';
import type { FromSetUp } from '../campaigns/campaign-world';
import { differences } from './differences';
import { reachMoments, type Moments } from './simulated-moments';

const ACTIONS = ['answered', 'armed', 'armed-back', 'asked', 'asked-back', 'fresh', 'lost', 'running'];

/** Campaigns of a test file on simulated sites, in a home of their own; everything is taken down after the file's tests. */
export interface SimulatedMoments {
  reach(name: string): Promise<Moments>;
  /** Waits for the end and compares plan, rows and what really began. @returns the rows by action */
  happenedOnce(moments: Moments): Promise<ReadonlyMap<string, MigrationRow>>;
}

/** Sets a test file up. */
export function useSimulatedMoments(): SimulatedMoments {
  let root: string;
  const fromSetUp: FromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const homeBefore = process.env['DROVER_HOME'];
  const opened = new Set<Moments>();

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'drover-exactly-once-'));
    process.env['DROVER_HOME'] = join(root, 'labs-home');
  });

  afterAll(async () => {
    for (const moments of opened) await moments.close();
    if (homeBefore === undefined) delete process.env['DROVER_HOME'];
    else process.env['DROVER_HOME'] = homeBefore;
    rmSync(root, { recursive: true, force: true });
  });

  return {
    reach: async (name) => {
      const moments = await reachMoments(root, name, fromSetUp);
      opened.add(moments);
      return moments;
    },
    happenedOnce: async (moments) => {
      const { result, results } = await moments.world.end(moments.handle);
      expect(differences(results.plan, results.migrations, moments.begun())).toEqual([]);
      expect(result).toMatchObject({ outcome: 'completed', failure: null });
      expect(results.migrations.map(({ action, outcome }) => `${action} ${outcome}`).sort()).toEqual(
        ACTIONS.map((action) => `${action} succeeded`),
      );
      await moments.close();
      opened.delete(moments);
      return new Map(results.migrations.map((row) => [row.action, row]));
    },
  };
}
