import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { simulatedDown } from '../../lab/simulated/down';
import { simulatedPaths } from '../../lab/simulated/simulated-paths';
import { simulatedUp } from '../../lab/simulated/up';
import type { campaign } from '../../workflows/campaign';
import { CampaignWorld, type FromSetUp } from '../campaigns/campaign-world';
import type { Begun } from './differences';
import type { Piece } from '../campaigns/piece';
import { openSlowWire, type Hanging, type SlowWire } from './slow-wire';
import { until } from '../campaigns/until';

const LATE_TOLERANCE_MS = 4_000;
/** Lead, tolerance, one request and what is to spare: workflows/activity-profiles.ts. */
export const HEARTBEAT_TIMEOUT_MS = 5_000 + LATE_TOLERANCE_MS + 15_000 + 15_000;

/**
 * A plan that has one migration at each moment at once: `running`, `asked` (its request hangs on the wire), `answered`
 * (it was submitted, the answer hangs), `lost` (the data centre breaks the connection instead of answering) and `armed`.
 * Afterwards `asked` and `armed` go back, so that a second submission of theirs could succeed.
 */
function spec(site: string): object {
  return {
    site,
    placement: { h1: ['g1', 'g3', 'g5'], h2: ['g2', 'g4', 'g6'] },
    actions: [
      { id: 'lost', migrate: 'g6', to: 'h1', at: '1s' },
      { id: 'asked', migrate: 'g2', to: 'h1', at: '2s' },
      { id: 'answered', migrate: 'g4', to: 'h1', at: '2500ms' },
      { id: 'running', migrate: 'g1', to: 'h2', at: '3s' },
      { id: 'armed', migrate: 'g3', to: 'h2', at: '9s' },
      { id: 'asked-back', migrate: 'g2', to: 'h2', after: 'asked', pause: '1s' },
      { id: 'armed-back', migrate: 'g3', to: 'h1', after: 'armed', pause: '1s' },
      { id: 'fresh', migrate: 'g5', to: 'h2', after: 'asked', pause: '2s' },
      { end: true, after: 'armed-back', pause: '1s' },
    ],
    // Blackouts are no matter here: as little probing as the schema allows.
    measure: { background: '1s', probePeriod: '1s', prompt: '2s' },
    options: { lateTolerance: `${String(LATE_TOLERANCE_MS)}ms`, bandwidthMibPerS: 8 },
  };
}

/** A campaign on a simulated site that has come to the moments, and everything around it. */
export interface Moments {
  readonly world: CampaignWorld;
  readonly worker: Piece;
  readonly handle: WorkflowHandle<typeof campaign>;
  readonly asked: Hanging;
  readonly answered: Hanging;
  /** What really began, by the data centre's own log. */
  begun(): readonly Begun[];
  close(): Promise<void>;
}

/** Brings up data centre, server and worker, and waits until every moment is there. */
export async function reachMoments(root: string, name: string, fromSetUp: FromSetUp): Promise<Moments> {
  const { url } = await simulatedUp({ name, hosts: 2, vms: 6, log: () => undefined });
  const wire: SlowWire = await openSlowWire(url);
  const directory = join(root, name);
  mkdirSync(directory, { recursive: true });
  const siteFile = join(directory, 'sites.yaml');
  const site = { kind: 'simulated', url: wire.url, limits: { migrationsPerHost: 8 } };
  writeFileSync(siteFile, JSON.stringify({ sites: { [name]: site } }));
  const world = await CampaignWorld.open(directory, siteFile, fromSetUp);
  const asked = wire.hold('g2', 'request');
  const answered = wire.hold('g4', 'reply');
  await inject(url, { kind: 'lose-reply', vm: 'g6' });
  const worker = world.startWorker();
  const handle = await world.startCampaign(spec(name));
  const begun = (): readonly Begun[] => startLog(name);
  await until(
    'every moment is there',
    () => asked.hangs() && answered.hangs() && wire.saw('.running.') && wire.saw('.armed.'),
  );
  return {
    ...{ world, worker, handle, asked, answered, begun },
    close: async () => {
      await world.close();
      await wire.close();
      await simulatedDown(name);
    },
  };
}

/** How often a VM was really moved to a host. */
export function timesBegun(moments: Moments, vm: string, to: string): number {
  return moments.begun().filter((move) => move.vm === vm && move.to === to).length;
}

function startLog(name: string): readonly Begun[] {
  const { startLog: path } = simulatedPaths(name);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  return lines.map((line) => {
    const [, vm, to] = / vm=(\S+) from=\S+ to=(\S+) /.exec(line) ?? [];
    if (vm === undefined || to === undefined) throw new Error(`not a line of the data centre's log: ${line}`);
    return { vm, to };
  });
}

async function inject(url: string, fault: object): Promise<void> {
  const response = await fetch(new URL('/commands', url), {
    method: 'POST',
    body: JSON.stringify({ do: 'inject', fault }),
  });
  if (!response.ok) throw new Error(`the fault was refused: ${await response.text()}`);
}
