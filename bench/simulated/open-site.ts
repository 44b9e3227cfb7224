import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { droverHome } from '../../client/home';
import { simulatedDown } from '../../lab/simulated/down';
import { simulatedPaths } from '../../lab/simulated/simulated-paths';
import { simulatedUp, type SimulatedUpOptions } from '../../lab/simulated/up';
import { CampaignWorld } from '../../test/campaigns/campaign-world';
import { until } from '../../test/campaigns/until';
import { temporalBinary } from '../../test/temporal-binaries';
import type { BenchOptions } from '../bench';

/** A migration that the data centre's own log says has begun. */
export interface LoggedStart {
  /** When the request reached the data centre, UTC ms, whole. */
  readonly atMs: number;
  readonly intent: string;
  readonly vm: string;
  readonly from: string;
  readonly to: string;
}

/** A simulated data centre with a Temporal server beside it, each a process of its own; no worker yet. */
export interface BenchSite {
  /** The site's name in its site file. */
  readonly name: string;
  /** The data centre's HTTP interface. */
  readonly url: string;
  readonly world: CampaignWorld;
  /** What the data centre has logged so far, in order. */
  starts(): readonly LoggedStart[];
}

/** What the site is made of. */
export type BenchSiteOptions = Pick<SimulatedUpOptions, 'hosts' | 'vms' | 'memoryMib' | 'linkMibPerS'> & {
  readonly migrationsPerHost: number;
};

const NAME = 'bench';

/** Opens a site of a bench's own; the frame takes it down with everything that runs on it. */
export async function openBenchSite(
  { directory, atEnd }: Pick<BenchOptions, 'directory' | 'atEnd'>,
  { migrationsPerHost, ...lab }: BenchSiteOptions,
): Promise<BenchSite> {
  const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const homeBefore = process.env['DROVER_HOME'];
  const home = join(directory, 'lab');
  mkdirSync(home);
  process.env['DROVER_HOME'] = home;
  atEnd(() => {
    if (homeBefore === undefined) delete process.env['DROVER_HOME'];
    else process.env['DROVER_HOME'] = homeBefore;
  });
  atEnd(() => simulatedDown(NAME));
  const { url } = await simulatedUp({ ...lab, name: NAME, log: () => undefined });
  const { startLog } = simulatedPaths(NAME);
  const siteFile = join(directory, 'sites.yaml');
  writeFileSync(siteFile, stringify({ sites: { [NAME]: { kind: 'simulated', url, limits: { migrationsPerHost } } } }));
  const world = await CampaignWorld.open(join(directory, 'world'), siteFile, fromSetUp);
  atEnd(() => world.close());
  return { name: NAME, url, world, starts: () => readStarts(startLog) };
}

/** The action that an intent of drover's belongs to: `RUN.ACTION.DECISION`. */
export function actionOf({ intent }: LoggedStart): string {
  return intent.split('.').slice(1, -1).join('.');
}

/** Waits until no migration runs, whoever started it. */
export async function untilIdle({ url }: BenchSite): Promise<void> {
  await until('the data centre is idle', async () => {
    const running = (await (await fetch(new URL('/migrations', url))).json()) as readonly unknown[];
    return running.length === 0;
  });
}

function readStarts(path: string): readonly LoggedStart[] {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => {
    const [time = '', ...pairs] = line.split(' ');
    const fields = new Map(pairs.map((pair) => [pair.split('=')[0], pair.split('=')[1]]));
    const field = (name: string): string => fields.get(name) ?? '';
    return { atMs: Date.parse(time), intent: field('intent'), vm: field('vm'), from: field('from'), to: field('to') };
  });
}
