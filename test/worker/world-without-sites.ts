import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { CampaignWorld } from '../campaigns/campaign-world';
import { temporalBinary } from '../temporal-binaries';

/** Runs a test on a Temporal server and a site file without sites, and takes everything down. */
export async function inWorldWithoutSites(
  test: (world: CampaignWorld, siteFile: string) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'drover-no-sites-'));
  const siteFile = join(root, 'sites.yaml');
  writeFileSync(siteFile, 'sites: {}\n');
  const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
  const world = await CampaignWorld.open(join(root, 'world'), siteFile, fromSetUp);
  try {
    await test(world, siteFile);
  } finally {
    await world.close();
    rmSync(root, { recursive: true, force: true });
  }
}
