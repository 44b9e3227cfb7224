import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalProber } from '../../../agents/local-prober';
import { createSimulatedAgents } from '../../../agents/simulated-agents';
import { createSimulated } from '../../../hypervisors/simulated/create-simulated';
import { useBuiltAgent } from '../../agents/use-built-agent';
import { simulatedLabForTest } from '../../lab/simulated/use-simulated-lab';

jest.setTimeout(240_000);

const { program, home } = useBuiltAgent();

test('the real prober sees the blackout of a simulated migration, and the guest clock agrees with the downtime', async () => {
  const lab = await simulatedLabForTest({ hosts: 2, vms: 1 });
  const prober = createLocalProber({ directory: join(home(), 'prober'), program, vantage: 'here' });
  try {
    const load = { dirty: { workingSetMib: 64, mibPerS: 20, pattern: 'sequential' } } as const;
    const request = { campaignId: 'c', vms: ['g1'], hosts: ['h1'], load: { g1: load }, leaseS: 60 };
    const targets = await createSimulatedAgents({ url: lab.url }).start(request);
    await prober.ensure(targets, 5, 60);
    await sleep(1_000);
    const driver = createSimulated({ url: lab.url });
    const options = { bandwidthMibPerS: 60, downtimeLimitMs: 900 };
    const baseline = await driver.takeBaseline('g1', 'h1', 'h2');
    const handle = await driver.startMigration({ id: 'm', vm: 'g1', from: 'h1', to: 'h2', options }, baseline);
    const end = await driver.watchMigration(handle, baseline, { signal: AbortSignal.timeout(40_000) });
    await sleep(1_000);
    await prober.stop();
    const { records } = await prober.collect(null);

    const downtimeMs = end.figures.downtimeMs ?? Number.NaN;
    const ofVm = records.filter(({ target }) => target === 'g1');
    const lost = ofVm.filter(({ answeredAtMs }) => answeredAtMs === null);
    const lostForMs = (lost.at(-1)?.sentAtMs ?? Number.NaN) - (lost[0]?.sentAtMs ?? Number.NaN);
    // All but the few that waited at the target.
    expect(lostForMs).toBeGreaterThan(downtimeMs - 200);
    expect(lostForMs).toBeLessThan(downtimeMs + 50);
    const lags = ofVm.flatMap(({ answeredAtMs, guestClockMs }) =>
      answeredAtMs === null || guestClockMs === null ? [] : [answeredAtMs - guestClockMs],
    );
    expect(Math.abs((lags.at(-1) ?? Number.NaN) - (lags[0] ?? Number.NaN) - downtimeMs)).toBeLessThan(50);
    expect(records.filter(({ target, answeredAtMs }) => target === 'h1' && answeredAtMs === null)).toEqual([]);
  } finally {
    await prober.remove();
    await lab.remove();
  }
});
