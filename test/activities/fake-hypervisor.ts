import {
  HypervisorError,
  type Hypervisor,
  type MigrationEnd,
  type MigrationEvidence,
  type MigrationHandle,
  type MigrationIntent,
  type WatchOptions,
} from '../../hypervisors/types';
import type { Dependencies } from '../../activities/dependencies';
import type { Clock } from '../../activities/clock';

export const succeeded = (finishedAtMs: number, provenance: 'observed' | 'recovered' = 'observed'): MigrationEnd => ({
  state: 'succeeded',
  finishedAtMs,
  provenance,
  figures: { totalMs: 900, downtimeMs: 40 },
});

/** A hypervisor that shows the evidence it is told to show and counts what is submitted. */
export class FakeHypervisor {
  evidence: MigrationEvidence[] = [];
  submitted: MigrationIntent[] = [];
  cancelled = 0;
  onStart: () => void = () => undefined;
  onPrepare: () => void = () => undefined;
  /** Whether an intent that is to be given up has not begun, call by call. */
  voided: boolean[] = [];
  looks = 0;
  acceptedUntilMs: number | undefined;
  onWatch: (signal: AbortSignal, onOver?: () => void) => Promise<MigrationEnd> = () =>
    Promise.resolve(succeeded(2_000));

  readonly api = {
    prepareMigration: () => Promise.resolve().then(() => this.onPrepare()),
    findMigration: () => {
      this.looks += 1;
      return Promise.resolve(this.evidence.shift() ?? { state: 'none', marker: 'absent' });
    },
    voidMarker: () => Promise.resolve(this.voided.shift() ?? false),
    startMigration: (intent: MigrationIntent, _baseline: unknown, acceptUntilMs?: number): Promise<MigrationHandle> => {
      this.submitted.push(intent);
      this.acceptedUntilMs = acceptUntilMs;
      return Promise.resolve().then(() => {
        this.onStart();
        return { intent, requestedAtMs: 1_000, provenance: 'observed', reference: {} };
      });
    },
    watchMigration: (_handle: MigrationHandle, _baseline: unknown, { signal, onOver }: WatchOptions) =>
      this.onWatch(signal, onOver),
    cancelMigration: () => {
      this.cancelled += 1;
      return Promise.resolve();
    },
  } as Partial<Hypervisor> as Hypervisor;

  dependencies(clock: Clock): Dependencies {
    const connection = { name: 'lab', kind: 'fake', emulated: true, hypervisor: this.api };
    return {
      clock,
      sites: { names: () => ['lab'], connect: () => Promise.resolve(connection) },
    } as unknown as Dependencies;
  }
}

/** A clock that a test sets; waiting moves it at once, unless it is held. */
export class FakeClock implements Clock {
  held = false;
  constructor(private atMs: number) {}

  nowMs(): number {
    return this.atMs;
  }

  set(atMs: number): void {
    this.atMs = atMs;
  }

  sleepUntil(untilMs: number, signal: AbortSignal): Promise<void> {
    if (this.held) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    this.atMs = Math.max(this.atMs, untilMs);
    return Promise.resolve();
  }
}

/** A refusal because another attempt set the marker first. */
export const taken = () => new HypervisorError('rejected', 'h1 already has a marker for i1.', false, 'look for it');

export const refused = () =>
  new HypervisorError('incompatible', 'h2 lacks a CPU feature of g1', false, 'use a common CPU model');
