import type { SampleHarvest } from '../hypervisors/counter-types';
import { agentRequest, storedSpec } from './agent-request';
import type { CollectMeasurementInput } from './collection-input';
import type { AgentRequest, Dependencies, Sampler } from './dependencies';
import { waitForAll } from './wait-for-all';

/** Name of the sampling's state in the result directory. */
export const SAMPLING_STATE = 'samples';

/** What is carried of the sampling from segment to segment; plain JSON, times UTC ms. */
export interface SamplingState {
  readonly everyMs: number;
  /** The first and the last tick of the ledger; `untilMs` null: it goes on. */
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly sources: Readonly<Record<string, SourceState>>;
}

interface SourceState {
  readonly cursor: string | null;
  readonly lastTickMs: number | null;
  /** Why the last collection got nothing; null: it got what there was. */
  readonly failure: string | null;
}

/** Collects counters and clock offsets of a site that has any. */
export interface Sampling {
  run(untilMs: number, signal: AbortSignal): Promise<void>;
  /** Collects what is left and fixes the end of the ledger. */
  close(): Promise<void>;
}

const COLLECT_AT_LEAST_EVERY_MS = 20_000;
const COLLECT_AT_MOST_EVERY_MS = 3_000;
/** A recorder asks the hypervisor for so long at most (agents/c/record.c), and then writes. */
const LONGEST_ANSWER_MS = 10_000;
const WRITTEN_WITHIN_MS = 1_000;
const NEVER: SourceState = { cursor: null, lastTickMs: null, failure: null };

/** Goes on with the sampling of a campaign; null: its site has no counters. */
export async function openSampling(
  dependencies: Dependencies,
  input: CollectMeasurementInput,
): Promise<Sampling | null> {
  const { sites, store, clock } = dependencies;
  const { directory } = input;
  // A site that is not there now may be back for the next segment.
  const connection = await sites.connect(input.site).catch(() => null);
  const sampler = connection?.sampler;
  if (sampler === undefined) return null;
  const record = await store.readCampaign(directory);
  const everyMs = storedSpec(record).measure.sampleEveryMs;
  const known = (await store.readState(directory, SAMPLING_STATE)) as SamplingState | null;
  const fromMs = Math.ceil(clock.nowMs() / everyMs) * everyMs;
  const state = known ?? { everyMs, fromMs, untilMs: null, sources: {} };
  if (known === null) await store.writeState(directory, SAMPLING_STATE, state);
  return new SiteSampling(dependencies, input, agentRequest(record, await store.readPlan(directory)), sampler, state);
}

class SiteSampling implements Sampling {
  private writing: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | null = null;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly input: CollectMeasurementInput,
    private readonly request: AgentRequest,
    private readonly sampler: Sampler,
    private state: SamplingState,
  ) {}

  async run(untilMs: number, signal: AbortSignal): Promise<void> {
    await waitForAll([this.readClocks(), this.follow(untilMs, signal)]);
  }

  async close(): Promise<void> {
    const { store, clock } = this.dependencies;
    const { everyMs, fromMs } = this.state;
    const settledMs = clock.nowMs() - Math.min(everyMs, LONGEST_ANSWER_MS) - WRITTEN_WITHIN_MS;
    const untilMs = this.state.untilMs ?? Math.floor(settledMs / everyMs) * everyMs;
    await this.write({ ...this.state, untilMs });
    await this.collectAll(new AbortController().signal);
    const notes = Object.entries(this.state.sources).flatMap(([source, { lastTickMs, failure }]) => {
      const missingMs = lastTickMs === null ? fromMs : lastTickMs + everyMs;
      const reason = failure ?? `${source} handed nothing over`;
      return missingMs > untilMs
        ? []
        : [{ source, scope: 'all', vm: null, fromMs: missingMs, untilMs, reason } as const];
    });
    await store.appendSamples(this.input.directory, { readings: [], notes, collectedMs: clock.nowMs() });
  }

  private async follow(untilMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.dependencies;
    const pauseMs = Math.min(COLLECT_AT_LEAST_EVERY_MS, Math.max(COLLECT_AT_MOST_EVERY_MS, this.state.everyMs));
    while (!signal.aborted) {
      await this.collectAll(signal);
      if (clock.nowMs() >= untilMs) break;
      await clock.sleepUntil(Math.min(untilMs, clock.nowMs() + pauseMs), signal);
    }
  }

  /** One source that does not answer must not stop the others. */
  private async collectAll(signal: AbortSignal): Promise<void> {
    await waitForAll(this.sampler.sources(this.request.hosts).map((source) => this.collect(source, signal)));
  }

  private async collect(source: string, signal: AbortSignal): Promise<void> {
    for (let more = true; more && !signal.aborted;) {
      const before = this.state.sources[source] ?? NEVER;
      const harvest = await this.harvest(source, before.cursor);
      if (typeof harvest === 'string') {
        if (harvest !== before.failure) await this.writeSource(source, { ...before, failure: harvest });
        return;
      }
      const { readings, notes, cursor, lastTickMs } = harvest;
      const { fromMs } = this.state;
      // Rows first: after a crash in between they are stored again under the same keys.
      await this.dependencies.store.appendSamples(this.input.directory, {
        readings: readings.filter(({ tickMs }) => tickMs >= fromMs),
        notes,
        collectedMs: this.dependencies.clock.nowMs(),
      });
      await this.writeSource(source, { cursor, lastTickMs, failure: null });
      more = harvest.more;
    }
  }

  private async harvest(source: string, cursor: string | null): Promise<SampleHarvest | string> {
    try {
      const { campaignId, hosts, vms } = this.request;
      const { everyMs, fromMs } = this.state;
      const entities = [
        ...hosts.map((name) => ({ kind: 'host', name }) as const),
        ...vms.map((name) => ({ kind: 'vm', name }) as const),
      ];
      return await this.sampler.collect({ campaignId, source, cursor, entities, everyMs, fromMs });
    } catch (error) {
      return `${source} could not be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  private async writeSource(source: string, next: SourceState): Promise<void> {
    await this.write({ ...this.state, sources: { ...this.state.sources, [source]: next } });
  }

  /** One at a time, so that no older state replaces a newer one; all that wait meanwhile are served by one write. */
  private write(state: SamplingState): Promise<void> {
    this.state = state;
    this.waiting ??= this.writing
      .catch(() => undefined)
      .then(() => {
        this.waiting = null;
        this.writing = this.dependencies.store.writeState(this.input.directory, SAMPLING_STATE, this.state);
        return this.writing;
      });
    return this.waiting;
  }

  private async readClocks(): Promise<void> {
    const { store } = this.dependencies;
    const { directory, campaignId: campaign } = this.input;
    const offsets = await this.sampler.clocks(this.request);
    const rows = offsets.map(({ kind, name, atMs, offsetMs, uncertaintyMs }) => ({
      campaign,
      machine: name,
      machine_kind: kind,
      at: atMs,
      offset_ms: offsetMs,
      uncertainty_ms: uncertaintyMs,
    }));
    await store.append(directory, 'clocks', rows);
  }
}
