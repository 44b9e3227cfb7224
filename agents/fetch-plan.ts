import { AgentError } from './agent-error';
import type { HarvestCursor } from './harvest-cursor';
import { HEADER_BYTES, RECORD_BYTES } from './probe-segment';

/** A segment file on the machine of its prober. */
export interface RemoteSegment {
  readonly name: string;
  readonly bytes: number;
  /** UTC ms, on that machine's clock, not before the last writing. */
  readonly modifiedMs: number;
}

/** The bytes of a segment that are to be copied, after what this machine has already. */
export interface SegmentPiece {
  readonly segment: RemoteSegment;
  readonly from: number;
  readonly until: number;
}

/** What one call copies and deletes. */
export interface FetchPlan {
  readonly pieces: readonly SegmentPiece[];
  /** False: there is more than one call may copy. */
  readonly complete: boolean;
  /** Segments that the cursor has confirmed as read. */
  readonly outdated: readonly string[];
}

/** Reads lines `file NAME BYTES SECONDS`; others are somebody else's. @returns in the order of their writing */
export function parseSegmentList(text: string): readonly RemoteSegment[] {
  const found = text.matchAll(/^file (\d{16}-\d{8}\.seg) (\d{1,15}) (\d{1,12})$/gm);
  return [...found]
    .map(([, name = '', bytes, seconds]) => ({
      name,
      bytes: Number(bytes),
      modifiedMs: (Number(seconds) + 1) * 1000,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Decides what to copy: from the cursor on, in order, up to a bound. `have`: how many bytes of the cursor's own segment this
 * machine holds. Of a segment that still grows only whole records are taken: a torn one may be cut off again.
 */
export function planFetch(
  listed: readonly RemoteSegment[],
  running: boolean,
  cursor: Pick<HarvestCursor, 'segment' | 'offset'>,
  have: number,
  mostBytes: number,
): FetchPlan {
  const outdated = listed.flatMap(({ name }) => (name < cursor.segment ? [name] : []));
  const wanted = listed.filter(({ name }) => name >= cursor.segment);
  const pieces: SegmentPiece[] = [];
  let left = mostBytes;
  for (const [index, segment] of wanted.entries()) {
    const growing = running && index === wanted.length - 1;
    const from = segment.name === cursor.segment ? Math.min(cursor.offset, have) : 0;
    const end = growing ? wholeRecords(segment.bytes) : segment.bytes;
    if (end <= from) continue;
    const until = end - from <= left ? end : wholeRecords(from + left);
    if (until <= from) return { pieces, complete: false, outdated };
    pieces.push({ segment, from, until });
    if (until < end) return { pieces, complete: false, outdated };
    left -= until - from;
  }
  return { pieces, complete: true, outdated };
}

function wholeRecords(bytes: number): number {
  if (bytes < HEADER_BYTES) return 0;
  return bytes - ((bytes - HEADER_BYTES) % RECORD_BYTES);
}

/** Splits an answer of lines `piece NAME`, each followed by base64, into bytes by name. @throws AgentError if it is something else */
export function parsePieces(answer: string): ReadonlyMap<string, Buffer> {
  const [before = '', ...parts] = answer.split(/^piece /m);
  if (before.trim() !== '')
    throw new AgentError(`A prober answered something else than its records: ${JSON.stringify(before.slice(0, 200))}`);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), Buffer.from(part.slice(end + 1), 'base64')];
    }),
  );
}
