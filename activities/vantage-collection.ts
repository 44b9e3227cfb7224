import type { Prober } from '../agents/create-prober';
import type { ProbeTarget } from '../agents/probe-types';
import {
  closeCollection,
  collectRecords,
  emptyCollection,
  noteOutage,
  type Collected,
  type CollectionState,
  type ProbeTiming,
} from '../measurement/collection';
import { LEASE_S } from './agent-request';
import { collectionState } from './collection-state';
import type { Dependencies } from './dependencies';
import { probeSummaryRow, silenceRow } from './measurement-rows';

/** Where from and for what one vantage collects. */
export interface CollectedVantage {
  readonly directory: string;
  readonly campaignId: string;
  readonly prober: Prober;
  readonly timing: ProbeTiming;
  readonly targets: readonly ProbeTarget[];
  /** Name of its state in the result directory. */
  readonly stateName: string;
  /** Its name in results, unless its state says another one. */
  readonly vantage: string;
}

/** What one collection found. */
export interface Found {
  /** When the newest probe was sent; null: there was none. */
  readonly newestMs: number | null;
  /** More waits already. */
  readonly more: boolean;
}

/** What the probers of one vantage recorded, on its way into the result directory; goes on where the last one stopped. */
export class VantageCollection {
  private constructor(
    private readonly dependencies: Pick<Dependencies, 'clock' | 'store'>,
    private readonly of: CollectedVantage,
    private state: CollectionState,
  ) {}

  /** Takes up its state. */
  static async open(
    dependencies: Pick<Dependencies, 'clock' | 'store'>,
    of: CollectedVantage,
  ): Promise<VantageCollection> {
    const state = await collectionState(dependencies.store, of.directory, of.stateName);
    return new VantageCollection(dependencies, of, state ?? emptyCollection(of.vantage));
  }

  /** True once everything is settled. */
  get closed(): boolean {
    return this.state.closed;
  }

  /** Collects and stores the next records. */
  async collect(): Promise<Found> {
    const harvest = await this.of.prober.collect(this.state.cursor);
    await this.store(collectRecords(this.state, this.of.timing, harvest));
    return { newestMs: harvest.records.at(-1)?.sentAtMs ?? null, more: harvest.more };
  }

  /** Collects all that was sent before `stoppedAtMs`; a prober that could not be stopped would hand over new records for ever. */
  async collectRest(stoppedAtMs: number): Promise<void> {
    let found = await this.collect();
    while (found.more || (found.newestMs !== null && found.newestMs <= stoppedAtMs)) found = await this.collect();
  }

  /** Prolongs the lease; a prober that does not run any more is started again, and the time it was away becomes a gap. */
  async renew(): Promise<void> {
    try {
      await this.of.prober.renew();
    } catch (error) {
      this.noteOutage(error);
      await this.collect();
      await this.ensure();
    }
  }

  /** Starts the prober, unless it runs. */
  async ensure(): Promise<void> {
    await this.of.prober.ensure(this.of.targets, this.of.timing.periodMs, LEASE_S);
  }

  /** Once a segment, so each minute. What is not known now may be next time. */
  async readClock(): Promise<void> {
    const { directory, campaignId: campaign, prober } = this.of;
    const found = await prober.clock().catch(() => null);
    if (found === null) return;
    const { atMs: at, offsetMs: offset_ms, uncertaintyMs: uncertainty_ms } = found;
    const machine = this.state.vantage;
    const row = { campaign, machine, machine_kind: 'vantage', at, offset_ms, uncertainty_ms } as const;
    await this.dependencies.store.append(directory, 'clocks', [row]);
  }

  /** Ends the prober; one that cannot be ended is an outage. */
  async stop(): Promise<void> {
    try {
      await this.of.prober.stop();
    } catch (error) {
      this.noteOutage(error);
    }
  }

  /** Settles what is still open; no record will follow. */
  async settle(): Promise<void> {
    await this.store(closeCollection(this.state, this.of.timing, this.dependencies.clock.nowMs()));
  }

  /** Remembers that and why the prober was found not running. */
  noteOutage(error: unknown): void {
    const reason = `the prober did not run: ${error instanceof Error ? error.message : String(error)}`;
    this.state = noteOutage(this.state, this.dependencies.clock.nowMs(), reason);
  }

  /** Stores the state as it is. */
  async storeState(): Promise<void> {
    await this.dependencies.store.writeState(this.of.directory, this.of.stateName, this.state);
  }

  /** Rows first: after a crash in between they are stored again under the same keys. */
  private async store({ state, silences, summaries }: Collected): Promise<void> {
    const { store } = this.dependencies;
    const { directory, campaignId: campaign, targets } = this.of;
    const kinds = new Map(targets.map(({ name, kind }) => [name, kind]));
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
    this.state = state;
    await this.storeState();
  }
}
