import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { CampaignWorld } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { simulatedLabForTest } from '../lab/simulated/use-simulated-lab';
import { temporalBinary } from '../temporal-binaries';

jest.setTimeout(300_000);

// The server starts no further attempt of an activity that was cancelled, so nobody would end what the dead worker began.
test("a campaign cancelled by Temporal's own means while no worker runs ends its migration and measures to the end", async () => {
  const root = mkdtempSync(join(tmpdir(), 'drover-cancelled-'));
  const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const lab = await simulatedLabForTest({ hosts: 2, vms: 1, memoryMib: 4_096 }, 'cancelled');
  const world = await CampaignWorld.open(root, lab.paths.siteFile, fromSetUp);
  try {
    const worker = world.startWorker();
    const handle = await world.startCampaign({
      site: lab.name,
      placement: { h1: ['g1'], h2: [] },
      actions: [{ id: 'long', migrate: 'g1', to: 'h2', at: '1s' }],
      measure: { background: '1s', probePeriod: '100ms', prompt: '250ms' },
      options: { lateTolerance: '100ms', bandwidthMibPerS: 1 },
    });
    await until('the migration runs', () => lab.startedLines().length > 0);
    await worker.kill();
    await handle.cancel();
    world.startWorker();
    const { result, results } = await world.end(handle, 200_000);
    expect(result).toMatchObject({ outcome: 'cancelled', failure: null });
    const [row] = results.migrations;
    expect(row).toMatchObject({ action: 'long', outcome: 'cancelled', provenance: 'recovered' });
    expect(row?.requested).not.toBeNull();
    const finished = row?.finished ?? Infinity;
    expect(Math.max(...results.probes.map(({ until: untilMs }) => untilMs))).toBeGreaterThan(finished);
    expect(lab.startedLines()).toHaveLength(1);
  } finally {
    await world.close();
    await lab.remove();
    rmSync(root, { recursive: true, force: true });
  }
});
