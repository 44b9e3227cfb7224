import { medianSorted } from 'simple-statistics';
import { boundsHold, type Compared } from './compare';

/** A Markdown table of how far the product's figures were from the truth, a row for each intended duration. */
export function residualsTable(kind: 'paused' | 'dropped', groups: ReadonlyMap<number, readonly Compared[]>): string {
  const figure = kind === 'paused' ? 'guest_stop_ms' : 'lost_ms';
  const head = ['truth, ms', 'n', 'seen', 'silence_ms', 'within', 'VM itself', figure, 'bounds hold'];
  const rows = [...groups].map(([, all]) => {
    const lengths = all.map(({ lengthMs }) => lengthMs);
    const seen = all.filter(({ silence }) => silence !== null);
    const other = seen.map(({ guestStopOffMs, lostOffMs }) => (kind === 'paused' ? guestStopOffMs : lostOffMs));
    return [
      `${round(Math.min(...lengths))} to ${round(Math.max(...lengths))}`,
      String(all.length),
      String(seen.length),
      spread(seen.map(({ silenceOffMs }) => silenceOffMs)),
      String(seen.filter(isWithin).length),
      spread(seen.map(({ idleMs }) => (Number.isFinite(idleMs) ? idleMs : null))),
      spread(other),
      String(seen.filter((each) => boundsHold(each, 0)).length),
    ];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Two probe periods and the send lateness, with nothing allowed for a VM that is slow itself. */
function isWithin({ silenceOffMs, toleranceMs }: Compared): boolean {
  return silenceOffMs !== null && Math.abs(silenceOffMs) <= toleranceMs;
}

/** Median and the one furthest from zero, each with its sign, of the figures that there are. */
function spread(all: readonly (number | null)[]): string {
  const known = all.filter((each) => each !== null).sort((a, b) => a - b);
  if (known.length === 0) return 'none';
  const furthest = known.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most));
  const missing = known.length === all.length ? '' : `, ${String(all.length - known.length)} unknown`;
  return `${round(medianSorted(known))} (${round(furthest)})${missing}`;
}

const round = (ms: number): string => ms.toFixed(1);
