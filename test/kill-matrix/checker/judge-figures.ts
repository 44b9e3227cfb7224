import type { JournalFault } from './journal-fault';
import { HOST_FAULTS } from './judge-rows';
import type { Moved } from './moves-of-log';
import type { MoveRow } from './read-store';

/** From the request to the receiving QEMU's start, and from the sending QEMU's end to libvirt's report on a busy machine. */
const REPORTED_WITHIN_MS = 3_000;
/** The VM is switched over this long before the source's QEMU ends, or a little earlier. */
const SWITCH_OVER_MS = 300;
/** A hole in the probes up to this long only widens the bounds of a silence (docs/measurement.md). */
const HOLE_MS = 1_000;
const NOT_EXACT_MS = 100;
/** A fault begins and ends within the commands that make and mend it, and a host may answer a little before the end of its mending. */
const NOT_SHOWN_MS = 1_500;

/** Victims without which a host does not answer its probes. */
const CUTS_OFF = ['host', 'link', 'port'];

/** Figures that a fault falsified without a mark. */
export function unmarkedFigures(row: MoveRow, move: Moved | undefined, faults: readonly JournalFault[]): string[] {
  const { action, outcome, provenance, requested, finished, migrationMs } = row;
  if (outcome !== 'succeeded' || requested === null || finished === null) return [];
  const found: string[] = [];
  const meanwhile = faults.filter(({ fromMs, untilMs }) => untilMs > requested && fromMs < finished);
  if (move !== undefined && move.from !== null && move.from !== row.from)
    found.push(`${action}: from ${row.from ?? 'nowhere'}, the log has its VM on ${move.from}`);
  if (provenance === 'observed') {
    const killed = meanwhile.filter(
      ({ victim, deed, fromMs }) =>
        ['worker', 'worker and server'].includes(victim) && deed === 'SIGKILL' && fromMs > requested,
    );
    if (killed.length > 0) found.push(`${action}: observed by a worker that was killed meanwhile`);
    // libvirt itself takes in a request, or reports success, later when one of its hosts stands still.
    const delayed = meanwhile.some(strikesHosts(row, HOST_FAULTS));
    if (move !== undefined) found.push(...untimely(action, requested, finished, move, delayed));
    if (migrationMs === null || Math.abs(finished - requested - migrationMs) > NOT_EXACT_MS)
      found.push(`${action}: migration_ms is not the time from requested to finished`);
  }
  return [
    ...found,
    ...falseBlackout(row, (move?.untilMs ?? finished) - SWITCH_OVER_MS, meanwhile),
    ...longerByHost(row, faults),
  ];
}

const strikesHosts =
  ({ from, to }: MoveRow, victims: readonly string[]) =>
  ({ victim, target }: JournalFault): boolean =>
    victims.includes(victim) && (target === from || target === to);

function untimely(action: string, requested: number, finished: number, move: Moved, delayed: boolean): string[] {
  const [after, late] = [move.fromMs - requested, finished - move.untilMs];
  const found: string[] = [];
  if (after < -NOT_EXACT_MS || (after > REPORTED_WITHIN_MS && !delayed))
    found.push(`${action}: requested ${String(Math.round(after))} ms before QEMU's own start`);
  if (late < -NOT_EXACT_MS || (late > REPORTED_WITHIN_MS && !delayed))
    found.push(`${action}: finished ${String(Math.round(late))} ms after QEMU's own end`);
  return found;
}

function falseBlackout(row: MoveRow, switchOverMs: number, meanwhile: readonly JournalFault[]): string[] {
  const { action, blackoutMs, blackoutLowMs, blackoutHighMs, blackoutGap } = row;
  const found: string[] = [];
  const deaf = meanwhile.filter(
    ({ victim, fromMs, untilMs }) =>
      victim === 'prober' && untilMs - fromMs > HOLE_MS && fromMs < switchOverMs && untilMs > switchOverMs,
  );
  if (deaf.length > 0 && blackoutMs !== null && blackoutGap === null)
    found.push(`${action}: a blackout is given, though the prober did not run at the switch-over`);
  if (blackoutMs === null && blackoutGap === null) found.push(`${action}: neither blackout nor the reason for its gap`);
  if (
    blackoutMs !== null &&
    !((blackoutLowMs ?? Infinity) <= blackoutMs && blackoutMs <= (blackoutHighMs ?? -Infinity))
  )
    found.push(`${action}: the blackout is outside its own bounds`);
  return found;
}

/** A blackout in which a host was down or cut off must say for how long; null says that it is not known. */
function longerByHost(row: MoveRow, faults: readonly JournalFault[]): string[] {
  const { action, hostSilentMs, blackoutStart, blackoutEnd } = row;
  if (blackoutStart === null || blackoutEnd === null || hostSilentMs === null) return [];
  return faults.filter(strikesHosts(row, CUTS_OFF)).flatMap(({ fromMs, untilMs, target }) => {
    const downMs = Math.min(untilMs, blackoutEnd) - Math.max(fromMs, blackoutStart);
    if (downMs - NOT_SHOWN_MS <= hostSilentMs) return [];
    const told = `host_silent_ms is ${String(Math.round(hostSilentMs))}`;
    return [
      `${action}: ${target ?? 'a host'} was down or cut off for ${String(downMs)} ms of the blackout, and ${told}`,
    ];
  });
}
