import { quantile } from 'simple-statistics';
import { migrationWorkflowId } from '../campaign/contract/ids';
import type { Bench } from './bench';
import { findHandovers, type Handover } from './simulated/find-handovers';
import { HANDOVER_STEPS, handoverSteps } from './simulated/handover-steps';
import { openHistories } from './simulated/open-histories';
import { openBenchSite } from './simulated/open-site';
import { placementOf } from './simulated/placement';
import { summarise } from './summarise';

const VMS = 20;
/** Every VM to the other host and back: the next run begins as this one did. */
const MIGRATIONS = 2 * VMS;
const RUNS = { quick: 1, normal: 2, full: 5 } as const;
const AIMS = [
  { p: 0.5, name: 'p50', atMostMs: 100 },
  { p: 0.99, name: 'p99', atMostMs: 500 },
] as const;

type Steps = NonNullable<ReturnType<typeof handoverSteps>>;

/** (c) One migration at a time: from its end in the data centre to the request of the next reaching it. */
export const permitHandover: Bench = {
  id: 'c',
  title: 'permit freed to next request',
  async run(options) {
    const { atEnd, say, size } = options;
    const site = await openBenchSite(options, { hosts: 2, vms: VMS, memoryMib: 16, migrationsPerHost: 1 });
    site.world.startWorker();
    const historyOf = await openHistories(site, atEnd);
    const runs: (readonly Handover[])[] = [];
    const steps: (readonly Steps[])[] = [];
    for (let run = 0; run < RUNS[size]; run += 1) {
      say(`run ${String(run + 1)} of ${String(RUNS[size])}: ${String(MIGRATIONS)} migrations, one at a time`);
      const begun = site.starts().length;
      const spec = {
        site: site.name,
        placement: placementOf(2, VMS),
        pattern: { kind: 'ring', migrations: MIGRATIONS, every: '100ms' },
        measure: { background: 1, probePeriod: '50ms', prompt: '150ms' },
      };
      const { results } = await site.world.end(await site.world.startCampaign(spec, `bench-c-${String(run)}`));
      const { campaign: campaignId, runId: firstRunId } = results.campaign;
      const handovers = findHandovers(results.migrations, site.starts().slice(begun));
      runs.push(handovers);
      const timed = handovers.map(async (handover) => {
        const id = migrationWorkflowId({ campaignId, firstRunId }, handover.after.action);
        return handoverSteps(handover, await historyOf(id)) ?? [];
      });
      steps.push((await Promise.all(timed)).flat());
    }
    const waits = runs.map((handovers) => handovers.map(({ waitMs }) => waitMs));
    const of = (p: number, figures: readonly (readonly number[])[]) =>
      summarise(figures.map((ms) => quantile([...ms], p)));
    return {
      pairs: runs.length,
      rows: [
        ...AIMS.map(({ p, name, atMostMs }) => {
          const drover = of(p, waits);
          const aim = { text: `<= ${String(atMostMs)} ms`, met: drover.median <= atMostMs };
          return { measure: `permit freed to next request, ${name}`, unit: 'ms', drover, aim };
        }),
        ...HANDOVER_STEPS.map((step) => ({
          measure: `of it, p50: ${step}`,
          unit: 'ms',
          drover: of(
            0.5,
            steps.map((all) => all.map((times) => times[step])),
          ),
        })),
      ],
      notes: [`${String(waits.flat().length)} handovers, by the log of the data centre`],
    };
  },
};
