import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataCentre } from '../../../../hypervisors/simulated/data-centre/data-centre';
import { commandSchema } from '../../../../hypervisors/simulated/data-centre/state/commands';
import { SMALL } from './small-data-centre';

const EARLY_MS = 3;

test('whoever listens hears of an end though timers fire early and nobody asks', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'drover-timers-'));
  const real = setTimeout;
  const early = jest
    .spyOn(globalThis, 'setTimeout')
    .mockImplementation((work, ms = 0) => real(work, Math.max(0, ms - EARLY_MS)));
  const tiny = SMALL.vms.map((vm) => ({ ...vm, memoryMib: 16 }));
  const dataCentre = openDataCentre({ ...SMALL, createdAtMs: Date.now(), vms: tiny }, directory);
  try {
    const heard = new Promise<string>((resolve) => {
      dataCentre.onChange(() => {
        const end = dataCentre.look().migrations.get('m')?.end ?? null;
        if (end !== null) resolve(end.state);
      });
    });
    dataCentre.execute(commandSchema.parse({ do: 'start', id: 'm', vm: 'g1', from: 'h1', to: 'h2', options: {} }));
    expect(await heard).toBe('succeeded');
  } finally {
    early.mockRestore();
    dataCentre.close();
    rmSync(directory, { recursive: true });
  }
});
