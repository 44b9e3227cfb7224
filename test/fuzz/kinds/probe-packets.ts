import fc from 'fast-check';
import { AgentError } from '../../../agents/agent-error';
import { parseAgentStatus } from '../../../agents/agent-status';
import { parseGaps } from '../../../agents/collect-segments';
import { parsePieces, parseSegmentList, planFetch } from '../../../agents/fetch-plan';
import { Harvest, type SegmentFile } from '../../../agents/harvest';
import { parseCursor } from '../../../agents/harvest-cursor';
import { parseRecorderCursor, readRecorderAnswer } from '../../../agents/recorder-answer';
import { judgeSeriesClock } from '../../../agents/series-clock';
import { probeAnswer } from '../../../hypervisors/simulated/data-centre/udp/probe-answer';
import { frameBytes } from '../../agents/frame-bytes';
import { headerBytes, recordAt } from '../../agents/segment-bytes';
import { checkMessage } from '../check-message';
import { checkPlain } from '../check-plain';
import { fuzzKind, type Outcome } from '../fuzz-kind';
import { garbledBytes, garbledText } from '../garble-text';
import { DOMSTATS, HOST_TEXTS } from '../virsh-recordings';

const EPOCH = 1_772_442_000_000;
const segmentName = (number: number): string => `000${String(EPOCH)}-${String(number).padStart(8, '0')}.seg`;

const segment = (number: number): Buffer => {
  const records = Array.from({ length: 12 }, (_, n) => recordAt(1 + (n % 2), n, number * 100 + 5 * n));
  return Buffer.concat([headerBytes({ epoch: EPOCH, number, openedAfterMs: number * 100 }), ...records]);
};
const recorded = Buffer.concat([
  frameBytes('series', 'period_ms=1000\nown_processes=1\n'),
  frameBytes('domstats', DOMSTATS),
  frameBytes('host', HOST_TEXTS[1] ?? ''),
  frameBytes('failure', 'virsh did not answer in time', 2_000),
]);
const SEGMENT = '0001772442000000-00000001.rec';
const answerOf = (bytes: Buffer): string =>
  `running=1\nsegment=${SEGMENT}\noffset=0\nlater=0\nreal_ns=1772442000000000000\nmono_ns=77000000\n\n${bytes.toString('base64')}\n`;
const STATUS =
  'running=1\nagent=probe\nstate=running\npid=12\nrevision=3\nrenewal=44\nlease_left_s=59\nmono_ns=1000000000\nreal_ns=1772442000000000000\n' +
  'problem=\nlocked=1\nseries_mono_ns=900000000\nseries_real_ns=1772442000000000000\n';
const LISTED = `${STATUS}file ${segmentName(1)} 512 1772442000\nfile ${segmentName(2)} 160 1772442001\n`;
const GAPS =
  '1772442000000.000 1772442001000.500 the disk was full\n1772442003000.000 1772442004000.000 records came faster than they could be written\n';
const PIECES = `piece ${segmentName(1)}\n${segment(1).toString('base64')}\npiece gaps\n${Buffer.from(GAPS).toString('base64')}\n`;
const PROBE = Buffer.alloc(24);
PROBE.writeUInt32LE(0x52565244, 0);
PROBE.writeUInt32LE(1, 4);
PROBE.writeBigUInt64LE((3n << 48n) | 77n, 8);

type Case =
  | {
      readonly what: 'segments';
      readonly files: readonly Buffer[];
      readonly growing: boolean;
      readonly cursor: string | null;
    }
  | { readonly what: 'packet'; readonly bytes: Buffer }
  | { readonly what: 'status' | 'list' | 'gaps' | 'pieces' | 'answer' | 'cursor'; readonly text: string };

const CURSORS = [`${segmentName(1)}:160:0:1772442000000.5`, ':0:0:', `${SEGMENT}:0`, `${SEGMENT}~:0`, '-:0'];
const text = (what: Extract<Case, { text: string }>['what'], ...texts: readonly string[]): fc.Arbitrary<Case> =>
  garbledText(fc.constantFrom(...texts), 2).map((one) => ({ what, text: one }));
const cases: fc.Arbitrary<Case> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('segments' as const),
      files: fc.tuple(garbledBytes(fc.constant(segment(1))), garbledBytes(fc.constant(segment(2)))),
      growing: fc.boolean(),
      cursor: fc.constantFrom(null, CURSORS[0] ?? null, ':0:0:'),
    }),
  },
  { weight: 4, arbitrary: garbledBytes(fc.constant(PROBE)).map((bytes) => ({ what: 'packet' as const, bytes })) },
  { weight: 2, arbitrary: text('status', STATUS) },
  { weight: 1, arbitrary: text('list', LISTED) },
  { weight: 2, arbitrary: text('gaps', GAPS) },
  { weight: 1, arbitrary: text('pieces', PIECES) },
  {
    weight: 3,
    arbitrary: garbledBytes(fc.constant(recorded)).map((bytes) => ({ what: 'answer' as const, text: answerOf(bytes) })),
  },
  { weight: 2, arbitrary: text('answer', answerOf(recorded)) },
  { weight: 2, arbitrary: text('cursor', ...CURSORS) },
);

/** Probe packets, and everything that probers, recorders and their agents wrote or answered. */
export const probePackets = fuzzKind('probe packets and records', 26_000, cases, (one): Outcome => {
  try {
    return read(one);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    checkMessage(error.message);
    return 'refused';
  }
});

function read(one: Case): Outcome {
  switch (one.what) {
    case 'segments':
      return readSegments(one.files, one.growing, one.cursor);
    case 'packet': {
      const answer = probeAnswer(one.bytes, 5n);
      if (answer !== null && (answer.length !== 32 || !answer.subarray(0, 24).equals(one.bytes)))
        throw new Error('no echo');
      return answer === null ? 'dropped' : 'accepted';
    }
    case 'status': {
      const status = parseAgentStatus(one.text);
      checkPlain(status);
      checkPlain(judgeSeriesClock(status, { sentAtMs: 1, monotonicMs: 2, receivedAtMs: 3 }));
      return 'accepted';
    }
    case 'list':
      checkPlain(planFetch(parseSegmentList(one.text), true, { segment: '', offset: 0 }, 0, 100_000));
      return 'accepted';
    case 'gaps':
      for (const gap of parseGaps(one.text)) {
        checkPlain(gap);
        checkMessage(gap.reason);
      }
      return 'accepted';
    case 'pieces':
      parsePieces(one.text);
      return 'accepted';
    case 'cursor':
      checkPlain(
        one.text.includes('.rec') || one.text.startsWith('-') ? parseRecorderCursor(one.text) : parseCursor(one.text),
      );
      return 'accepted';
    case 'answer': {
      const reading = readRecorderAnswer(one.text, { segment: '-', offset: 0 }, 1_048_576);
      checkPlain(reading);
      // What is handed out must be taken back.
      parseRecorderCursor(reading.cursor);
      return reading.lost ? 'dropped' : 'accepted';
    }
  }
}

function readSegments(files: readonly Buffer[], growing: boolean, cursorText: string | null): Outcome {
  const cursor = parseCursor(cursorText);
  const names = new Map([
    [1, 'g1'],
    [2, 'g2'],
  ]);
  const harvest = new Harvest(cursor, { names, current: new Set([1, 2]), endings: {} });
  const found = files.map((bytes, index): SegmentFile => {
    const isLast = index === files.length - 1;
    return { name: segmentName(index + 1), bytes, modifiedMs: EPOCH + 1_000 * (index + 1), growing: growing && isLast };
  });
  found.forEach((file, index) => harvest.add(file, found[index + 1] ?? null));
  const { records, gaps, cursor: next } = harvest.result;
  checkPlain(records);
  checkPlain(gaps);
  parseCursor(next);
  if (records.some(({ target }) => target !== 'g1' && target !== 'g2')) throw new Error('a record of nobody');
  if (gaps.some(({ fromMs, untilMs }) => untilMs <= fromMs)) throw new Error('a gap that ends before it begins');
  for (const { reason } of gaps) checkMessage(reason);
  return gaps.length > 0 ? 'refused' : 'accepted';
}
