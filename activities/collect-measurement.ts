import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import {
  closeCollection,
  collectRecords,
  emptyCollection,
  noteOutage,
  type Collected,
  type CollectionState,
  type ProbeTiming,
} from '../measurement/collection';
import { agentRequest, LEASE_S, storedSpec } from './agent-request';
import { collectForeign } from './collect-foreign';
import { openSampling, type Sampling } from './collect-samples';
import type { CollectMeasurementInput } from './collection-input';
import type { Dependencies, Prober, ProbeTarget } from './dependencies';
import { asFailure } from './hypervisor-failure';
import { probeSummaryRow, silenceRow } from './measurement-rows';
import { whileBeating } from './while-beating';

/** Name of the collection's state in the result directory; finishCampaign reads its gaps. */
export const COLLECTION_STATE = 'measurement';

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
  const { directory } = input;
  const record = await store.readCampaign(directory);
  const { promptMs, probePeriodMs: periodMs } = storedSpec(record).measure;
  const targets = ((await store.readState(directory, 'targets')) ?? []) as readonly ProbeTarget[];
  const state = (await store.readState(directory, COLLECTION_STATE)) as CollectionState | null;
  const sampling = await openSampling(dependencies, input);
  const collected = state ?? emptyCollection(hostname());
  return new Segment(dependencies, input, { promptMs, periodMs }, targets, sampling, collected);
}

class Segment {
  private readonly prober: Prober;
  private lookedAtMs = -Infinity;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly input: CollectMeasurementInput,
    private readonly timing: ProbeTiming,
    private readonly targets: readonly ProbeTarget[],
    private readonly sampling: Sampling | null,
    private state: CollectionState,
  ) {
    this.prober = dependencies.prober(input.campaignId);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.dependencies;
    const untilMs = clock.nowMs() + SEGMENT_MS;
    await this.renewProber();
    await this.readClock();
    // A host that does not answer must not stop the measuring of the others.
    const renewed = this.renewAgents();
    const sampled = this.sampling?.run(untilMs, signal);
    // Awaited below; until then its failure must not end the process.
    sampled?.catch(() => undefined);
    while (!signal.aborted) {
      const { newestMs, more } = await this.collect();
      await this.lookForForeign();
      if (clock.nowMs() >= untilMs) break;
      if (more) continue;
      if (newestMs === null || clock.nowMs() - newestMs <= CAUGHT_UP_MS)
        await clock.sleepUntil(Math.min(untilMs, clock.nowMs() + COLLECT_EVERY_MS), signal);
    }
    await Promise.all([renewed, sampled]);
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
    if (this.state.closed) return;
    await this.lookForForeign();
    try {
      await this.prober.stop();
    } catch (error) {
      this.noteOutage(error);
    }
    const stoppedAtMs = this.dependencies.clock.nowMs();
    // A prober that could not be stopped would hand over new records for ever.
    let found = await this.collect();
    while (found.more || (found.newestMs !== null && found.newestMs <= stoppedAtMs)) found = await this.collect();
    await this.store(closeCollection(this.state, this.timing, this.dependencies.clock.nowMs()));
  }

  /** @returns when the newest probe was sent (null: there was none), and whether more waits already */
  private async collect(): Promise<{ readonly newestMs: number | null; readonly more: boolean }> {
    const harvest = await this.prober.collect(this.state.cursor);
    await this.store(collectRecords(this.state, this.timing, harvest));
    return { newestMs: harvest.records.at(-1)?.sentAtMs ?? null, more: harvest.more };
  }

  /** Rows first: after a crash in between they are stored again under the same keys. */
  private async store({ state, silences, summaries }: Collected): Promise<void> {
    const { store } = this.dependencies;
    const { directory, campaignId: campaign } = this.input;
    const kinds = new Map(this.targets.map(({ name, kind }) => [name, kind]));
    const of = (target: string) => ({ campaign, vantage: state.vantage, target, kind: kinds.get(target) ?? 'vm' });
    if (silences.length > 0)
      await store.append(
        directory,
        'silences',
        silences.map((silence) => silenceRow(silence, of(silence.target))),
      );
    if (summaries.length > 0)
      await store.append(
        directory,
        'probes',
        summaries.map((summary) => probeSummaryRow(summary, of(summary.target))),
      );
    await store.writeState(directory, COLLECTION_STATE, state);
    this.state = state;
  }

  /** A prober that does not run any more is started again; the time it was away becomes a gap. */
  private async renewProber(): Promise<void> {
    try {
      await this.prober.renew();
    } catch (error) {
      this.noteOutage(error);
      await this.collect();
      await this.prober.ensure(this.targets, this.timing.periodMs, LEASE_S);
    }
  }

  /** Once a segment, so each minute. What is not known now may be next time. */
  private async readClock(): Promise<void> {
    const { store } = this.dependencies;
    const { directory, campaignId: campaign } = this.input;
    const found = await this.prober.clock().catch(() => null);
    if (found === null) return;
    const { atMs: at, offsetMs: offset_ms, uncertaintyMs: uncertainty_ms } = found;
    const row = {
      campaign,
      machine: this.state.vantage,
      machine_kind: 'vantage',
      at,
      offset_ms,
      uncertainty_ms,
    } as const;
    await store.append(directory, 'clocks', [row]);
  }

  private noteOutage(error: unknown): void {
    const reason = `the prober did not run: ${error instanceof Error ? error.message : String(error)}`;
    this.state = noteOutage(this.state, this.dependencies.clock.nowMs(), reason);
  }

  /** The leases last an hour, so a failure now is mended by one of the next segments. */
  private async renewAgents(): Promise<void> {
    const { sites, store } = this.dependencies;
    const { directory, site } = this.input;
    try {
      const request = agentRequest(await store.readCampaign(directory), await store.readPlan(directory));
      const { agents } = await sites.connect(site);
      await agents.renew(request);
    } catch (error) {
      Context.current().log.warn('leases of guest and host agents were not renewed; tried again in a minute', {
        site,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
