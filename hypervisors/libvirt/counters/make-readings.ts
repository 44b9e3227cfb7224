import { printable } from '../../../campaign/plan/printable';
import type { CounterReading, SampleNote } from '../../counter-types';
import { parseDomstats, type DomainStats } from './parse-domstats';
import { parseHostCounters } from './parse-host-counters';

/** Something a recorder kept; structurally what agents/ hand over. Times UTC ms. */
export interface Frame {
  readonly kind: 'series' | 'domstats' | 'host' | 'failure';
  readonly tickMs: number;
  readonly takenAtMs: number;
  readonly monotonicMs: number;
  readonly text: string;
}

/** What is carried from one collection of a host to the next. */
export interface FrameState {
  /** null: no frame told it yet. */
  readonly periodMs: number | null;
  readonly lastTickMs: number | null;
  /** Why ticks after the last one may be missing. */
  readonly broken: string | null;
}

/** Before the first frame. */
export const NO_FRAMES: FrameState = { periodMs: null, lastTickMs: null, broken: null };

const RUNNING = [1, 2];
const OFF_FROM = 4;

/** Makes readings of a host's frames, and notes of why there are none. */
export function makeReadings(
  source: string,
  before: FrameState,
  frames: readonly Frame[],
): { readonly readings: CounterReading[]; readonly notes: SampleNote[]; readonly state: FrameState } {
  const readings: CounterReading[] = [];
  const notes: SampleNote[] = [];
  let state = before;
  for (const frame of frames) {
    if (frame.kind === 'series') {
      const period = /^period_ms=([1-9]\d{0,8})$/m.exec(frame.text)?.[1];
      const periodMs = period === undefined ? state.periodMs : Number(period);
      state = { ...state, periodMs, broken: state.lastTickMs === null ? null : whyNewSeries(source, frame.text) };
      continue;
    }
    const { tickMs } = frame;
    if (state.lastTickMs === null || tickMs > state.lastTickMs) {
      const missing = missingTicks(source, state, tickMs);
      if (missing !== null) notes.push(missing);
      state = { ...state, lastTickMs: tickMs, broken: null };
    }
    if (frame.kind === 'host') readings.push(hostReading(source, frame));
    else if (frame.kind === 'failure')
      notes.push({ ...noteAt(source, tickMs), scope: 'vms', vm: null, reason: `${source}: ${printable(frame.text)}` });
    else for (const stats of parseDomstats(frame.text)) take(source, frame, stats, readings, notes);
  }
  return { readings, notes, state };
}

function whyNewSeries(source: string, text: string): string {
  const unwritten = /^unwritten=(.+)$/m.exec(text)?.[1];
  return unwritten === undefined
    ? `the recorder on ${source} had ended and was started again`
    : `the recorder on ${source} could not store what it read: ${unwritten}`;
}

function missingTicks(source: string, { lastTickMs, periodMs, broken }: FrameState, tickMs: number): SampleNote | null {
  if (lastTickMs === null || periodMs === null || tickMs <= lastTickMs + periodMs) return null;
  const reason = broken ?? `the recorder on ${source} was held up`;
  return { source, scope: 'all', vm: null, fromMs: lastTickMs + periodMs, untilMs: tickMs - periodMs, reason };
}

function take(source: string, frame: Frame, stats: DomainStats, readings: CounterReading[], notes: SampleNote[]): void {
  // Off: its definition was left behind by a migration, or it runs nowhere.
  if (stats.state === null || stats.state >= OFF_FROM) return;
  if (!stats.counters.some(({ counter }) => counter === 'cpu.time')) {
    const reason = `libvirt on ${source} left the VM's counters out: a job held it, or it is being started`;
    notes.push({ ...noteAt(source, frame.tickMs), scope: 'vm', vm: stats.domain, reason });
    return;
  }
  const rank = RUNNING.includes(stats.state) ? 0 : 1;
  const { counters, values } = stats;
  const of = { entityKind: 'vm', entity: stats.domain, rank, provenance: 'hypervisor' } as const;
  readings.push({ ...of, ...timesOf(source, frame), counters, values });
}

function hostReading(source: string, frame: Frame): CounterReading {
  const of = { entityKind: 'host', entity: source, rank: 0, provenance: 'observed' } as const;
  return { ...of, ...timesOf(source, frame), ...parseHostCounters(frame.text) };
}

function timesOf(source: string, { tickMs, takenAtMs, monotonicMs }: Frame) {
  return { source, tickMs, takenAtMs, monotonicMs };
}

function noteAt(source: string, tickMs: number) {
  return { source, fromMs: tickMs, untilMs: tickMs };
}
