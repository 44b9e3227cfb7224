import { FakePermitSite } from './fake-permit-site';
import { withPermitSite } from './open-permit-site';
import { useEnvironment } from './use-environment';

jest.setTimeout(300_000);

describe('permits that nobody wants', () => {
  const opened = useEnvironment('skips time', require.resolve('./permit-holder'));

  it('complete after a while, and lose no request that comes in that moment', async () => {
    const fake = new FakePermitSite(1, 1);
    const { environment } = opened();
    await withPermitSite(opened(), fake, async ({ permits, start }) => {
      const runs = new Set<string>();
      for (let round = 0; round < 10; round += 1) {
        const [handle] = await Promise.all([
          start({ vm: `g${String(round)}`, from: 'h1', to: 'h2' }),
          round === 0 ? undefined : environment.sleep(600_000),
        ]);
        await handle.result();
        runs.add((await permits.describe()).runId);
      }
      expect(fake.begun).toHaveLength(10);
      expect(runs.size).toBeGreaterThan(1);
      await permits.result();
      expect((await permits.describe()).status.name).toBe('COMPLETED');
    });
  });
});
