import { BEGINNING, formatCursor, type HarvestCursor } from './harvest-cursor';
import { HEADER_BYTES, parseSegmentHeader, type SegmentHeader, type SegmentRecord } from './probe-segment';
import type { ProbeGap, ProbeHarvest, ProbeRecord } from './probe-types';
import { readSegment } from './read-segment';
import { resumedMs, SettledTime } from './settled-time';

/** A segment file as it was found. */
export interface SegmentFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly modifiedMs: number;
  /** It is the last one and its prober runs. */
  readonly growing: boolean;
}

/** What the records' numbers mean, and how former series ended. */
export interface HarvestBook {
  /** Every target that was ever probed, by its id. */
  readonly names: ReadonlyMap<number, string>;
  /** Ids of those that are probed now. */
  readonly current: ReadonlySet<number>;
  /** Epoch of a series to why it ended. */
  readonly endings: Readonly<Record<string, string>>;
}

/** Puts records together from segment files in order; a hole that they show becomes a gap with its reason. */
export class Harvest {
  readonly #book: HarvestBook;
  readonly #known: ReadonlySet<number>;
  readonly #records: ProbeRecord[] = [];
  readonly #gaps: ProbeGap[] = [];
  #at: HarvestCursor;
  #settled: SettledTime | null;
  #header: SegmentHeader | null = null;
  #begun = false;

  constructor(cursor: HarvestCursor, book: HarvestBook) {
    this.#at = cursor;
    this.#book = book;
    this.#known = new Set(book.names.keys());
    this.#settled = cursor.settledMs === null ? null : new SettledTime(cursor.settledMs, book.current);
  }

  /** Takes a segment; `next` is the one after it, or null. Only those from the cursor's own on may be handed in. */
  add(file: SegmentFile, next: SegmentFile | null): void {
    const { epoch, number } = parseSegmentName(file.name);
    const header = this.#headerOf(file, next);
    if (header === null && file.growing && file.bytes.length < HEADER_BYTES) return;
    this.#settled ??= new SettledTime(header?.seriesStartMs ?? epoch, this.#book.current);
    this.#noteHolesBefore(file, epoch, number, header);
    this.#begun = true;
    const from = file.name === this.#at.segment ? this.#at.offset : 0;
    const endMs = (next === null ? null : parseSegmentHeader(next.bytes)?.openedAtMs) ?? file.modifiedMs;
    if (header === null) {
      if (from < file.bytes.length) this.#addGap(endMs, `the head of segment ${file.name} is damaged`);
      this.#at = { ...this.#at, segment: file.name, offset: file.bytes.length };
      return;
    }
    this.#header = header;
    const { records, holes, end } = readSegment(file.bytes, from, header, file.growing, this.#known);
    let done = 0;
    for (const hole of holes) {
      this.#take(records.slice(done, hole));
      done = hole;
      const untilMs = resumedMs(records.slice(hole), this.#book.current, endMs);
      this.#addGap(untilMs, `segment ${file.name} is damaged`);
    }
    this.#take(records.slice(done));
    this.#at = { ...this.#at, segment: file.name, offset: end };
  }

  /** The series that was read last ended without being resumed: nothing was measured from then until `atMs`. */
  close(epoch: string, atMs: number): void {
    if (this.#settled === null || !this.#at.segment.startsWith(epoch)) return;
    this.#addGap(atMs, this.#book.endings[epoch] ?? UNKNOWN_END);
  }

  /** Gaps that the prober wrote down itself, and how far its list was read. */
  addGaps(gaps: readonly ProbeGap[], gapsOffset: number): void {
    this.#gaps.push(...gaps);
    this.#at = { ...this.#at, gapsOffset };
  }

  get result(): Omit<ProbeHarvest, 'more'> {
    const cursor = formatCursor({ ...this.#at, settledMs: this.#settled?.ms ?? null });
    return { records: this.#records, gaps: this.#gaps, cursor };
  }

  #noteHolesBefore({ name }: SegmentFile, epoch: number, number: number, header: SegmentHeader | null): void {
    if (name === this.#at.segment) return;
    const before = this.#at.segment === BEGINNING.segment ? null : parseSegmentName(this.#at.segment);
    const startMs = header?.seriesStartMs ?? epoch;
    if (before !== null && before.epoch !== epoch) {
      this.#addGap(startMs, this.#book.endings[seriesOf(this.#at.segment)] ?? UNKNOWN_END);
      this.#settled = new SettledTime(startMs, this.#book.current);
    }
    // Not begun: the cursor's own segment is gone, and what was not read of it.
    const expected = before?.epoch === epoch ? before.number + (this.#begun ? 1 : 0) : 1;
    if (number > expected) this.#addGap(header?.openedAtMs ?? startMs, 'segments before this are missing');
  }

  /** A damaged head is made up for by one of the same series: their clocks are the same. */
  #headerOf(file: SegmentFile, next: SegmentFile | null): SegmentHeader | null {
    const { epoch } = parseSegmentName(file.name);
    const candidates = [parseSegmentHeader(file.bytes), this.#header, next && parseSegmentHeader(next.bytes)];
    return candidates.find((header) => header?.epoch === epoch) ?? null;
  }

  #take(records: readonly SegmentRecord[]): void {
    for (const record of records) {
      this.#settled?.see(record);
      this.#records.push({ ...record, target: this.#book.names.get(record.target) ?? '' });
    }
  }

  /** From what is settled until `untilMs`. */
  #addGap(untilMs: number, reason: string): void {
    const fromMs = this.#settled?.ms ?? untilMs;
    if (untilMs <= fromMs) return;
    this.#gaps.push({ fromMs, untilMs, reason });
    this.#settled = new SettledTime(untilMs, this.#book.current);
  }
}

const UNKNOWN_END = 'the prober did not run';

/** The epoch in a segment's name, as written there. */
export function seriesOf(name: string): string {
  return name.slice(0, 16);
}

function parseSegmentName(name: string): { readonly epoch: number; readonly number: number } {
  return { epoch: Number(name.slice(0, 16)), number: Number(name.slice(17, 25)) };
}
