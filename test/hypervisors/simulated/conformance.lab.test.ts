import { createHistorySampler } from '../../../hypervisors/history-sampler';
import { createSimulated } from '../../../hypervisors/simulated/create-simulated';
import { simulatedLabForTest } from '../../lab/simulated/use-simulated-lab';
import { hypervisorConformance } from '../conformance/hypervisor-conformance';
import { failure } from '../conformance/moves';
import type { SiteUnderTest } from '../conformance/site-under-test';

const VM = 'g1';
const FOREIGN = 'by-an-administrator';

hypervisorConformance('the simulated driver', setUp, { timeoutMs: 240_000, canFillHost: true });

async function setUp(): Promise<SiteUnderTest> {
  const lab = await simulatedLabForTest({ hosts: 3, vms: 4 });
  const vms = async (): Promise<readonly { name: string; host: string }[]> =>
    ((await lab.get('/inventory')) as { vms: readonly { name: string; host: string }[] }).vms;
  const hypervisor = createSimulated({ url: lab.url });
  return {
    hypervisor,
    secondDriver: () => Promise.resolve(createSimulated({ url: lab.url })),
    vm: VM,
    hosts: ['h1', 'h2', 'h3'],
    vms: ['g1', 'g2', 'g3', 'g4'],
    makeSlow: async () => {
      const loads = { [VM]: { workingSetMib: 64, mibPerS: 60, pattern: 'sequential' } };
      await lab.command({ do: 'lease', campaign: 'slow', leaseMs: 600_000, loads });
      return { bandwidthMibPerS: 20 };
    },
    makeQuick: async () => {
      await lab.command({ do: 'release', campaign: 'slow' });
    },
    countStarted: () => Promise.resolve(lab.startedLines().filter((line) => line.includes(` vm=${VM} `)).length),
    leaveMarker: async ({ intent, baseline }, begun) => {
      await lab.command({ do: 'inject', fault: { kind: 'die-at-marker', vm: VM, begun } });
      const driver = createSimulated({ url: lab.url });
      expect((await failure(driver.startMigration(intent, baseline))).code).toBe('unreachable');
    },
    startForeign: async (from, to, options) => {
      const started = await lab.command({ do: 'start', id: FOREIGN, origin: 'other', vm: VM, from, to, options });
      expect(started.status).toBe(200);
    },
    cancelForeign: async () => {
      await lab.command({ do: 'cancel', id: FOREIGN });
    },
    whereItRuns: async () => (await vms()).filter(({ name }) => name === VM).map(({ host }) => host),
    supported: [{ bandwidthMibPerS: 100, downtimeLimitMs: 500 }, { autoConverge: true }, { postCopy: true }],
    unsupported: { channels: 4 },
    fillHost: async (host) => {
      await lab.command({ do: 'set-host', host, memoryMib: 300 });
      return async () => {
        await lab.command({ do: 'set-host', host, memoryMib: 4_096 });
      };
    },
    startSampling: () => Promise.resolve(createHistorySampler(hypervisor.counters)),
    stopSampling: () => Promise.resolve(),
    quickWithinMs: 20_000,
    tearDown: () => lab.remove(),
  };
}
