import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import type { Prober } from '../agents/create-prober';
import type { ProbeTarget } from '../agents/probe-types';
import { agentRequest, storedSpec } from './agent-request';
import { collectForeign } from './collect-foreign';
import { openSampling, type Sampling } from './collect-samples';
import type { CollectMeasurementInput } from './collection-input';
import { COLLECTION_STATE, vantageState } from './collection-state';
import type { Dependencies } from './dependencies';
import { closeVantage, followVantage } from './follow-vantage';
import { asFailure } from './hypervisor-failure';
import { missingProber } from './missing-prober';
import { VantageCollection } from './vantage-collection';
import { waitForAll } from './wait-for-all';
import { whileBeating } from './while-beating';

const SEGMENT_MS = 60_000;
const COLLECT_EVERY_MS = 3_000;
/** How often it is looked for migrations that others start. */
const LOOK_EVERY_MS = 6_000;
/** Records newer than this may still be outstanding (the prober waits 10 s for answers): nothing is to be caught up. */
const CAUGHT_UP_MS = 15_000;

/** One finite segment: renews leases, collects probes and counters every few seconds, stores what they say; goes on where the last one stopped. */
export function createCollectMeasurement(dependencies: Dependencies) {
  const segments = new Map<string, { readonly abort: AbortController; readonly over: Promise<void> }>();

  return async function collectMeasurement(input: CollectMeasurementInput): Promise<void> {
    const older = segments.get(input.directory);
    older?.abort.abort();
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, Context.current().cancellationSignal]);
    const over = (async () => {
      // Two segments at once would store the same records under two states.
      await older?.over.catch(() => undefined);
      const segment = await openSegment(dependencies, input);
      await (input.last ? segment.close() : segment.run(signal));
    })();
    segments.set(input.directory, { abort, over });
    try {
      await whileBeating(over);
    } catch (error) {
      throw asFailure(error);
    } finally {
      if (segments.get(input.directory)?.over === over) segments.delete(input.directory);
    }
  };
}

async function openSegment(dependencies: Dependencies, input: CollectMeasurementInput): Promise<Segment> {
  const { store } = dependencies;
  const { directory, campaignId } = input;
  const record = await store.readCampaign(directory);
  const { promptMs, probePeriodMs: periodMs } = storedSpec(record).measure;
  const targets = ((await store.readState(directory, 'targets')) ?? []) as readonly ProbeTarget[];
  const sampling = await openSampling(dependencies, input);
  const open = (vantage: string, stateName: string, prober: Prober): Promise<VantageCollection> =>
    VantageCollection.open(dependencies, {
      ...{ directory, campaignId, prober, targets, stateName, vantage },
      timing: { promptMs, periodMs },
    });
  const own = await open(hostname(), COLLECTION_STATE, dependencies.prober(campaignId));
  const names = record.vantages ?? [];
  const probers = names.length === 0 ? null : await vantageProbers(dependencies, input);
  const further = names.map((name) => open(name, vantageState(name), probers?.(name) ?? missingProber(name)));
  return new Segment(dependencies, input, targets, sampling, own, await Promise.all(further));
}

/** The probers of further vantages by name; null where the site cannot be opened now. */
async function vantageProbers(
  { sites }: Dependencies,
  { site, campaignId }: CollectMeasurementInput,
): Promise<((name: string) => Prober | null) | null> {
  const connection = await sites.connect(site).catch(() => null);
  const vantages = connection?.vantages;
  if (vantages === undefined) return null;
  return (name) => (vantages.names.includes(name) ? vantages.prober(campaignId, name) : null);
}

class Segment {
  private lookedAtMs = -Infinity;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly input: CollectMeasurementInput,
    /** Where the agents were started, so where probes go. */
    private readonly targets: readonly ProbeTarget[],
    private readonly sampling: Sampling | null,
    private readonly own: VantageCollection,
    private readonly further: readonly VantageCollection[],
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.dependencies;
    const untilMs = clock.nowMs() + SEGMENT_MS;
    await this.own.renew();
    await this.own.readClock();
    const failed = new AbortController();
    const until = AbortSignal.any([signal, failed.signal]);
    const beside = waitForAll([
      // A host that does not answer must not stop the measuring of the others.
      this.renewAgents(),
      this.sampling?.run(untilMs, until) ?? Promise.resolve(),
      ...this.further.map((vantage) => followVantage(vantage, clock, untilMs, until)),
    ]);
    const own = this.collectOwn(untilMs, signal).catch((error: unknown) => {
      // Whatever ran on would store rows and cursors beside the next segment.
      failed.abort();
      throw error;
    });
    await waitForAll([own, beside]);
  }

  private async collectOwn(untilMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.dependencies;
    while (!signal.aborted) {
      const { newestMs, more } = await this.own.collect();
      await this.lookForForeign();
      if (clock.nowMs() >= untilMs) break;
      if (more) continue;
      if (newestMs === null || clock.nowMs() - newestMs <= CAUGHT_UP_MS)
        await clock.sleepUntil(Math.min(untilMs, clock.nowMs() + COLLECT_EVERY_MS), signal);
    }
  }

  /** A host that does not answer now is asked again at the next look; probes are collected all the same. */
  private async lookForForeign(): Promise<void> {
    const nowMs = this.dependencies.clock.nowMs();
    if (nowMs - this.lookedAtMs < LOOK_EVERY_MS) return;
    this.lookedAtMs = nowMs;
    await collectForeign(this.dependencies, this.input).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.sampling?.close();
    await waitForAll([
      this.closeOwn(),
      ...this.further.map((vantage) => closeVantage(vantage, this.dependencies.clock)),
    ]);
  }

  private async closeOwn(): Promise<void> {
    if (this.own.closed) return;
    await this.lookForForeign();
    await this.own.stop();
    await this.own.collectRest(this.dependencies.clock.nowMs());
    await this.own.settle();
  }

  /** The leases last an hour, so a failure now is mended by one of the next segments. */
  private async renewAgents(): Promise<void> {
    const { sites, store } = this.dependencies;
    const { directory, site } = this.input;
    try {
      const request = agentRequest(await store.readCampaign(directory), await store.readPlan(directory));
      const { agents } = await sites.connect(site);
      await agents.renew({ ...request, echoes: this.targets });
    } catch (error) {
      Context.current().log.warn('leases of guest and host agents were not renewed; tried again in a minute', {
        site,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
