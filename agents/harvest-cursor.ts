import { AgentError } from './agent-error';

/** How far a prober's records were handed over. */
export interface HarvestCursor {
  /** File name of the segment, and how many bytes of it were read; '' and 0: nothing yet. */
  readonly segment: string;
  readonly offset: number;
  /** Bytes of the file `gaps` that were read. */
  readonly gapsOffset: number;
  /** Up to this time (UTC milliseconds) nothing is outstanding any more; null: nothing was read yet. */
  readonly settledMs: number | null;
}

/** From the very beginning. */
export const BEGINNING: HarvestCursor = { segment: '', offset: 0, gapsOffset: 0, settledMs: null };

/** A cursor as text. */
export function formatCursor({ segment, offset, gapsOffset, settledMs }: HarvestCursor): string {
  return [segment, offset, gapsOffset, settledMs ?? ''].join(':');
}

/** Reads a cursor's text; null: the beginning. @throws AgentError if this is no cursor of a prober */
export function parseCursor(text: string | null): HarvestCursor {
  if (text === null) return BEGINNING;
  const match = /^(\d{16}-\d{8}\.seg|):(\d{1,15}):(\d{1,15}):(\d{1,15}(?:\.\d+)?|)$/.exec(text);
  if (match === null)
    throw new AgentError(`${JSON.stringify(text.slice(0, 200))} is not a cursor of a prober: hand back the last one`);
  const [, segment = '', offset, gapsOffset, settledMs] = match;
  return {
    segment,
    offset: Number(offset),
    gapsOffset: Number(gapsOffset),
    settledMs: settledMs === '' ? null : Number(settledMs),
  };
}
