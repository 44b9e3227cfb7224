import { AgentError } from './agent-error';
import { parseFrames, type RecordedFrame } from './recorded-frame';

/** What a recorder handed over. */
export interface RecorderReading {
  readonly frames: readonly RecordedFrame[];
  readonly cursor: string;
  /** There is more to be had at once. */
  readonly more: boolean;
  /** Frames between the cursor and these were deleted (after an hour, or for lack of room) or damaged. */
  readonly lost: boolean;
  /** Nothing whole was read of a frame that is larger than what was asked for. */
  readonly cutOff: boolean;
}

/** Where to go on reading: a file and an offset; a name that ends in `~` sorts just behind that file. */
export interface RecorderCursor {
  readonly segment: string;
  readonly offset: number;
}

const SEGMENT = /^\d{16}-\d{8}\.rec$/;

/** Reads a cursor's text; null: the beginning. @throws AgentError if this is no cursor of a recorder */
export function parseRecorderCursor(text: string | null): RecorderCursor {
  if (text === null) return { segment: '-', offset: 0 };
  const match = /^(-|\d{16}-\d{8}\.rec~?):(\d{1,15})$/.exec(text);
  if (match === null)
    throw new AgentError(`${JSON.stringify(text.slice(0, 200))} is not a cursor of a recorder: hand back the last one`);
  return { segment: match[1] ?? '-', offset: Number(match[2]) };
}

/** Reads what `drover-agent read` printed for a cursor and a size. @throws AgentError if it is something else */
export function readRecorderAnswer(answer: string, from: RecorderCursor, most: number): RecorderReading {
  const [head = '', body] = answer.split('\n\n');
  const fields = new Map(
    head.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const segment = fields.get('segment');
  const offset = fields.get('offset');
  // A cursor is made of both: a bad one would be refused each time from then on.
  const isPlace = (segment === '' || SEGMENT.test(segment ?? '')) && /^\d{1,15}$/.test(offset ?? '');
  if (segment === undefined || body === undefined || !isPlace)
    throw new AgentError(
      `A recorder answered something else than its records: ${JSON.stringify(answer.slice(0, 200))}`,
    );
  const unchanged = `${from.segment}:${String(from.offset)}`;
  const nothing = { frames: [], cursor: unchanged, more: false, lost: false, cutOff: false };
  if (segment === '') return nothing;
  const gone = from.segment !== '-' && !from.segment.endsWith('~') && from.segment !== segment;
  const growsNoMore = fields.get('later') === '1';
  const bytes = Buffer.from(body.trim(), 'base64');
  const { frames, consumed, damaged } = parseFrames(bytes);
  const full = bytes.length === most;
  if (consumed === 0 && full) return { ...nothing, cutOff: true };
  const finished = growsNoMore && !full;
  return {
    frames,
    cursor: finished ? `${segment}~:0` : `${segment}:${String(Number(offset) + consumed)}`,
    more: finished || full,
    lost: gone || damaged || (finished && consumed < bytes.length),
    cutOff: false,
  };
}
