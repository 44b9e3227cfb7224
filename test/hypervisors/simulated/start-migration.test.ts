import type { DataCentreClient } from '../../../hypervisors/simulated/data-centre-client';
import { startMigration } from '../../../hypervisors/simulated/start-migration';

const INTENT = { id: 'i1', vm: 'g1', from: 'h1', to: 'h2', options: {} };
const BASELINE = { takenAtMs: 0, host: 'h1', evidence: {} };

async function start(answer: () => unknown) {
  const client = { command: () => Promise.resolve(answer()) } as Partial<DataCentreClient> as DataCentreClient;
  const sentAtMs = performance.timeOrigin + performance.now();
  return { sentAtMs, ...(await startMigration(client, INTENT, BASELINE)) };
}

test('a request that begins at once is observed; so is one whose beginning is not told', async () => {
  for (const answer of [() => ({ startedAtMs: Date.now() + 20 }), () => ({})]) {
    const { sentAtMs, handle, sent } = await start(answer);
    expect(handle).toMatchObject({ intent: INTENT, provenance: 'observed', requestedAtMs: sent.requestedAtMs });
    expect(Math.abs(handle.requestedAtMs - sentAtMs)).toBeLessThan(50);
  }
});

test("one that is held up on its way is recovered from the data centre's record", async () => {
  const { sentAtMs, handle, sent } = await start(() => ({ startedAtMs: Date.now() + 4_000 }));
  expect(handle.provenance).toBe('recovered');
  expect(Math.abs(handle.requestedAtMs - (sentAtMs + 4_000))).toBeLessThan(100);
  expect(Math.abs(sent.requestedAtMs - sentAtMs)).toBeLessThan(50);
});
