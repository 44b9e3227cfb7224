import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../campaign/plan/printable';
import { AgentError } from './agent-error';
import { Harvest, type HarvestBook, type SegmentFile } from './harvest';
import { parseCursor } from './harvest-cursor';
import type { ProbeGap, ProbeHarvest } from './probe-types';

/** Where a prober writes, and what is known of it. */
export interface SegmentSource {
  /** Its state directory. */
  readonly directory: string;
  readonly book: HarvestBook;
  readonly running: boolean;
  /** The series that was found dead when the measurement ended, and when. */
  readonly deadAtStop: { readonly epoch: string; readonly atMs: number } | null;
  /** A call takes no further segment once it has read so much. */
  readonly mostBytes?: number;
}

/** About 260,000 probes: an hour without a worker is not to become one answer. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * Reads the records since the cursor, in whole segments up to a bound, and deletes the segments that lie wholly before
 * it. @throws AgentError for a bad cursor or list of gaps
 */
export async function collectSegments(source: SegmentSource, cursorText: string | null): Promise<ProbeHarvest> {
  const { directory, book, running, deadAtStop, mostBytes = MOST_BYTES } = source;
  const cursor = parseCursor(cursorText);
  const names = (await readdir(directory)).filter((name) => /^\d{16}-\d{8}\.seg$/.test(name)).sort();
  await Promise.all(
    names.filter((name) => name < cursor.segment).map((name) => rm(join(directory, name), { force: true })),
  );
  const unread = names.filter((name) => name >= cursor.segment);
  const harvest = new Harvest(cursor, book);
  const load = (index: number): Promise<SegmentFile | null> =>
    loadSegment(directory, unread[index], running && index === unread.length - 1);
  let index = 0;
  let bytes = 0;
  for (let file = await load(0); index < unread.length && bytes < mostBytes; index += 1) {
    const next = await load(index + 1);
    if (file !== null) harvest.add(file, next);
    bytes += (file?.bytes.length ?? 0) - (file?.name === cursor.segment ? cursor.offset : 0);
    file = next;
  }
  const more = index < unread.length;
  if (deadAtStop !== null && !running && !more) harvest.close(deadAtStop.epoch, deadAtStop.atMs);
  // Last, so that it tells of segments that the prober dropped in the meantime.
  const { gaps, end } = await readGaps(join(directory, 'gaps'), cursor.gapsOffset);
  harvest.addGaps(gaps, end);
  return { ...harvest.result, more };
}

async function loadSegment(directory: string, name: string | undefined, growing: boolean): Promise<SegmentFile | null> {
  if (name === undefined) return null;
  const path = join(directory, name);
  try {
    const { mtimeMs } = await stat(path);
    return { name, growing, bytes: await readFile(path), modifiedMs: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function readGaps(path: string, from: number): Promise<{ readonly gaps: ProbeGap[]; readonly end: number }> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const end = Math.max(from, bytes.lastIndexOf('\n') + 1);
  return { gaps: parseGaps(bytes.toString('utf8', from, end)), end };
}

/** Reads whole lines `from until reason` (UTC milliseconds). @throws AgentError for a line that is none */
export function parseGaps(text: string): ProbeGap[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const match = /^(\d{1,15}(?:\.\d{1,9})?) (\d{1,15}(?:\.\d{1,9})?) (.+)$/.exec(line);
    if (match === null)
      throw new AgentError(
        `The prober's list of gaps is damaged: ${JSON.stringify(line.slice(0, 200))}. Repair or delete that line.`,
      );
    return { fromMs: Number(match[1]), untilMs: Number(match[2]), reason: printable(match[3] ?? '') };
  });
}
